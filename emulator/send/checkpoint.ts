import { closeSync, constants, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { renameOverSync } from '@pipeline/cli/rename-over';
import { z } from 'zod';

const countSchema = z.number().int().nonnegative();

const checkpointSchema = z.strictObject({
  version: z.literal(1),
  /** What is replayed: a checkpoint of something else is refused. */
  source: z.string(),
  /** Posts settled, counted from the source's first without a gap. */
  posts: countSchema,
  /** Key of the last of them. */
  lastKey: z.number().nullable(),
  seconds: z.number().nonnegative(),
  complete: z.boolean(),
  /** Bytes of the dead-letter file that belong to those posts. */
  deadLetterBytes: countSchema,
  /** The dead letters that are left, after some were delivered, stand in a file beside the old one, which they are about to replace. */
  deadLettersIn: z.literal('new').optional(),
  /** read, delivered, deadLettered and retried of each route, in the ledger's order. */
  counts: z.array(z.tuple([countSchema, countSchema, countSchema, countSchema])),
});

export type Checkpoint = z.infer<typeof checkpointSchema>;

/** Reads a checkpoint; nothing when there is no such file. Throws when it cannot be read, or when it is of another source. */
export function readCheckpoint(file: string, source: string): Checkpoint | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  // Left by a version that made the file before it had anything to write into it: that replay never began.
  if (text === '') return undefined;
  let checkpoint: Checkpoint;
  try {
    checkpoint = checkpointSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is no checkpoint of the emulator; delete it to start anew`, { cause });
  }
  if (checkpoint.source !== source) {
    throw new Error(
      `${file} is the checkpoint of '${checkpoint.source}', not of '${source}'; resume with the options it was made with, or delete it to start anew`,
    );
  }
  return checkpoint;
}

/** The checkpoint is padded to this many bytes, so that one write replaces all of the one before. */
const SLOT_BYTES = 4096;

/** Writes checkpoints over one another. A write that has returned survives the end of this process, however abrupt. */
export class CheckpointFile {
  private readonly fd: number;

  /** @param first what a new file holds from the moment it exists, so that a process that is killed then leaves a whole checkpoint */
  constructor(
    private readonly file: string,
    first: Checkpoint,
  ) {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    if (!holdsSomething(file)) {
      writeFileSync(`${file}.new`, slotOf(file, first));
      renameOverSync(`${file}.new`, file);
    }
    this.fd = openSync(file, constants.O_RDWR);
  }

  write(checkpoint: Checkpoint): void {
    writeSync(this.fd, slotOf(this.file, checkpoint), 0, SLOT_BYTES, 0);
  }

  close(): void {
    closeSync(this.fd);
  }
}

function slotOf(file: string, checkpoint: Checkpoint): Buffer {
  const text = JSON.stringify(checkpoint);
  const slot = Buffer.alloc(SLOT_BYTES, ' ');
  slot[SLOT_BYTES - 1] = 0x0a;
  if (Buffer.byteLength(text) >= SLOT_BYTES) throw new Error(`${file}: a checkpoint must fit ${SLOT_BYTES} bytes`);
  slot.write(text);
  return slot;
}

function holdsSomething(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
