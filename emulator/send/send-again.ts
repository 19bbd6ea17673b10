import { existsSync, rmSync, statSync } from 'node:fs';
import { renameOverSync } from '@pipeline/cli/rename-over';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { deadLetterSource } from '../source/dead-letter-source';
import { sourceNameOf } from './books';
import { type Checkpoint, CheckpointFile, readCheckpoint } from './checkpoint';
import { DeadLetterFile } from './dead-letters';
import { routeIndex } from './ledger';
import { replay } from './replay';
import { ReplayFailed, type ReplayOptions } from './replay-options';

/** A replay that keeps its checkpoint and its dead letters. */
export type KeptReplay = ReplayOptions & Required<Pick<ReplayOptions, 'checkpoint' | 'deadLetters'>>;

export interface SentAgain {
  /** Dead letters that there were. */
  readonly letters: number;
  /** Those of them that were taken now, and are no dead letters any more. */
  readonly delivered: number;
}

/**
 * Sends the dead letters of a replay's earlier runs again: what kept them from being delivered may have been mended. Those that are taken
 * count as delivered from now on, in the checkpoint too; the others stay in the file. A process that ends meanwhile loses none of them:
 * at worst some are sent twice.
 */
export async function sendDeadLettersAgain(options: KeptReplay): Promise<SentAgain> {
  const { checkpoint: file, deadLetters } = options;
  const before = readCheckpoint(file, sourceNameOf(options));
  const left = `${deadLetters}.new`;
  finishRename(file, before, deadLetters, left);
  if (before === undefined || before.deadLetterBytes === 0 || !existsSync(deadLetters))
    return { letters: 0, delivered: 0 };
  // What follows belongs to posts that are sent again with their posts.
  new DeadLetterFile(deadLetters, before.deadLetterBytes).close();
  const { deadLetters: _, checkpoint: __, pace: ___, stopAfter: ____, ...sending } = options;
  const again = await replay({
    ...sending,
    source: deadLetterSource(deadLetters).open({ posts: 0, lastKey: null }),
    layers: LAYERS,
    datasets: DATASETS,
    deadLetters: left,
  }).catch((error: Error) => {
    // Where nothing is taken at all, they stay where they are, and the replay itself says why.
    if (error instanceof ReplayFailed) return undefined;
    throw error;
  });
  const counts = before.counts.map(([...count]): Checkpoint['counts'][number] => count as Checkpoint['counts'][number]);
  let letters = 0;
  let delivered = 0;
  for (const layer of LAYERS) {
    for (const dataset of DATASETS) {
      const count = counts[routeIndex({ layer, dataset })]!;
      letters += count[2];
      const taken = again?.complete ? again.layers[layer][dataset].delivered : 0;
      delivered += taken;
      count[1] += taken;
      count[2] -= taken;
    }
  }
  if (delivered === 0) rmSync(left, { force: true });
  else {
    const after = { ...before, counts, deadLetterBytes: statSync(left).size };
    write(file, { ...after, deadLettersIn: 'new' });
    renameOverSync(left, deadLetters);
    write(file, after);
  }
  return { letters, delivered };
}

/** An earlier process may have ended between counting what is left and putting the file of it into its place. */
function finishRename(file: string, before: Checkpoint | undefined, deadLetters: string, left: string): void {
  if (before?.deadLettersIn !== 'new') {
    rmSync(left, { force: true });
    return;
  }
  if (existsSync(left)) renameOverSync(left, deadLetters);
  const { deadLettersIn: _, ...after } = before;
  write(file, after);
}

function write(file: string, checkpoint: Checkpoint): void {
  const open = new CheckpointFile(file, checkpoint);
  open.write(checkpoint);
  open.close();
}
