import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Outputs } from '@pipeline/cli/outputs';
import { DATASETS, type Dataset, SINK_FIELDS } from '@pipeline/datasets/schema';
import { partitionFolder, sinkFile } from '@pipeline/datasets/sink-file';
import type { Arrivals } from './arrivals';
import type { TopicEnds } from './topics';

/** The files of the S3 sink, wherever they lie. */
export interface Lake {
  /** Milliseconds between two looks. */
  readonly pollMs: number;
  /** Names of the files in a folder that stand behind `after` in the order of names. */
  list(folder: string, after: string): Promise<string[]>;
  /** The same with their sizes and times. */
  files(folder: string, after: string): Promise<LakeFile[]>;
  read(folder: string, file: string): Promise<string>;
}

export interface LakeFile {
  readonly name: string;
  readonly bytes: number;
  readonly closedMs: number;
}

/** A file's records begin at most this far before the last of them: `s3Sink.flushSize` goes no higher. */
const LONGEST_FILE = 1_000_000;

export async function openLake({ lake, region }: Pick<Outputs, 'lake' | 'region'>): Promise<Lake> {
  const url = new URL(lake!.url);
  if (url.protocol === 'file:') return folderLake(fileURLToPath(url));
  return bucketLake(url.hostname, url.pathname.slice(1), region);
}

function folderLake(root: string): Lake {
  const list = async (folder: string, after: string) => {
    try {
      return readdirSync(`${root}${folder}`).filter((file) => file > after);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  };
  return {
    pollMs: 250,
    list,
    files: async (folder, after) =>
      (await list(folder, after)).map((name) => {
        const { size, mtimeMs } = statSync(`${root}${folder}${name}`);
        return { name, bytes: size, closedMs: mtimeMs };
      }),
    read: async (folder, file) => readFileSync(`${root}${folder}${file}`, 'utf8'),
  };
}

async function bucketLake(Bucket: string, root: string, region: string): Promise<Lake> {
  const { GetObjectCommand, paginateListObjectsV2, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ region });
  const files = async (folder: string, after: string) => {
    const Prefix = `${root}${folder}`;
    const found: LakeFile[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix, StartAfter: `${Prefix}${after}` })) {
      for (const { Key, Size = 0, LastModified } of page.Contents ?? [])
        found.push({ name: Key!.slice(Prefix.length), bytes: Size, closedMs: LastModified?.getTime() ?? 0 });
    }
    return found;
  };
  return {
    pollMs: 10_000,
    files,
    list: async (folder, after) => (await files(folder, after)).map(({ name }) => name),
    read: async (folder, file) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `${root}${folder}${file}` }));
      return Body!.transformToString('utf8');
    },
  };
}

/**
 * Reads the files with records from `before` on, again and again as new ones come, until every record has been seen or the time
 * is over. A file is read once: the sink never changes one.
 */
export async function watchLake(
  lake: Lake,
  topics: Outputs['topics'],
  before: TopicEnds,
  arrivals: Arrivals,
  deadlineMs: number,
): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    for (const dataset of DATASETS) {
      for (const [partition, end] of before[dataset]) {
        await readPartition(lake, { dataset, topic: topics[dataset], partition, end }, arrivals, seen);
      }
    }
    const left = deadlineMs - Date.now();
    if (arrivals.isComplete || left <= 0) return;
    await pause(Math.min(lake.pollMs, left));
  }
}

interface Partition {
  readonly dataset: Dataset;
  readonly topic: string;
  readonly partition: number;
  readonly end: number;
}

async function readPartition(
  lake: Lake,
  { dataset, topic, partition, end }: Partition,
  arrivals: Arrivals,
  seen: Set<string>,
): Promise<void> {
  const folder = partitionFolder(topic, partition);
  const at = (offset: number) => sinkFile(topic, partition, offset);
  const files = (await lake.list(folder, at(Math.max(0, end - LONGEST_FILE)))).sort();
  // The last file that begins before the end may have been open then, and go on beyond it.
  const begins = files.findLastIndex((file) => file < at(end));
  for (const file of files.slice(Math.max(0, begins))) {
    if (seen.has(folder + file)) continue;
    for (const line of (await lake.read(folder, file)).split('\n')) {
      if (line !== '') arrivals.take({ dataset, value: rowIn(line) });
    }
    seen.add(folder + file);
  }
}

/** A line without the fields that the sink adds to it. */
function rowIn(line: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof value !== 'object' || value === null) return value;
  const added = Object.values(SINK_FIELDS);
  return Object.fromEntries(Object.entries(value).filter(([field]) => !added.includes(field)));
}
