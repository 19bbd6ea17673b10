import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem, wholeNumber } from '../../serving';
import type { Filed, FileLines } from '../../serving/contract';
import type { Pipeline } from '../pipeline';
import { contentOf, DETAIL_LENGTH, PREVIEW_LENGTH } from './content';
import { logCalled, readRecords } from './logs';

/** Dead letters looked through for one record, newest first. */
const MOST_DEAD_LETTERS = 5000;

/** Where a topic's record is in the lake. */
export async function filedAt(pipeline: Pipeline, topic: string, partition: number, offset: number): Promise<Filed> {
  const { sink } = pipeline;
  const next = sink.nextOffset(topic, partition);
  if (next === undefined) return { state: 'gone', why: 'The sink does not take this topic.' };
  if (offset >= next) {
    const open = sink.openRecords().find((each) => each.topic === topic && each.partition === partition);
    if (open === undefined || offset >= open.fromOffset + open.records) return { state: 'waiting' };
    const { closesMs, records, closesAtRecords } = open;
    return { state: 'open', closesMs: closesMs ?? null, records, closesAtRecords };
  }
  const gone: string[] = [];
  for (const { file, closedMs } of pipeline.files.thatMayHold(topic, partition, offset)) {
    const lines = await linesOf(pipeline, file);
    if (lines === undefined) {
      gone.push(file);
      continue;
    }
    const at = lines.findIndex((line) => isOffset(line, offset));
    if (at >= 0) return { state: 'closed', file, line: at + 1, closedMs, text: contentOf(lines[at]!, DETAIL_LENGTH) };
  }
  const why = await deadLetterOf(pipeline, topic, partition, offset);
  if (why !== undefined) return { state: 'refused', why };
  if (gone.length > 0) return { state: 'gone', why: `The file ${gone[0]} is not in the bucket any more.` };
  return { state: 'refused', why: 'The sink left it out: a record without a value has no line.' };
}

/** Why the sink refused a record, in the words of its dead letter; undefined when there is none. */
export async function deadLetterOf(
  pipeline: Pipeline,
  topic: string,
  partition: number,
  offset: number,
): Promise<string | undefined> {
  const letters = logCalled(pipeline, pipeline.environment.names.deadLetterTopic);
  for (let letterPartition = 0; letterPartition < letters.partitions; letterPartition += 1) {
    const end = letters.log.endOffset(letters.name, letterPartition);
    const from = Math.max(0, end - MOST_DEAD_LETTERS);
    for (const { headers } of await readRecords(pipeline, letters, letterPartition, from, MOST_DEAD_LETTERS)) {
      const of = (name: string) => headers[`__connect.errors.${name}`];
      if (of('topic') === topic && of('partition') === String(partition) && of('offset') === String(offset))
        return `${of('stage') ?? 'sink'}: ${of('exception.message') ?? 'no reason given'}`;
    }
  }
  return undefined;
}

/** `GET /files/lines`. @throws Problem 404 for a file that the sink has not closed, 410 for one that is gone */
export async function fileLines(
  pipeline: Pipeline,
  { file, ...query }: Readonly<Partial<Record<string, string>>>,
): Promise<FileLines> {
  const known = file === undefined ? undefined : pipeline.files.find(file);
  if (known === undefined)
    throw new Problem(404, `no file '${file ?? ''}' was closed by the sink; /files lists those that were`);
  const from = wholeNumber('from', query.from, { otherwise: 1, least: 1, most: Number.MAX_SAFE_INTEGER });
  const limit = wholeNumber('limit', query.limit, { otherwise: 50, least: 1, most: 500 });
  const lines = await linesOf(pipeline, known.file);
  if (lines === undefined) throw new Problem(410, `${known.file} is not in the bucket any more`);
  return {
    file: known.file,
    from,
    lines: lines.slice(from - 1, from - 1 + limit).map((line) => contentOf(line, PREVIEW_LENGTH)),
    more: lines.length > from - 1 + limit,
  };
}

/** Lines without their ends; undefined when the file is gone. */
async function linesOf({ folder }: Pipeline, file: string): Promise<Buffer[] | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder.bucket, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    lines.push(bytes.subarray(from, end < 0 ? bytes.length : end));
    from = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

/** The sink adds its fields at the end of a line. */
function isOffset(line: Buffer, offset: number): boolean {
  const tail = line.subarray(-200).toString('utf8');
  return new RegExp(`"kafka_offset":${offset}[,}]`).test(tail);
}
