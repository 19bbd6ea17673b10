import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROBES } from '@pipeline/datasets/mistakes';
import { DATASETS, type Dataset, perDataset } from '@pipeline/datasets/schema';
import { type SourceOptions, syntheticPosts } from '@pipeline/datasets/synthetic';
import type { Line } from './truth';

type Lines = Record<Dataset, Line[]>;

/** Every record of a source, in the order in which it is sent. */
export function linesOf(source: SourceOptions): Lines {
  const lines = perDataset((): Line[] => []);
  for (const { records } of syntheticPosts(source))
    for (const { dataset, value } of records) lines[dataset].push({ text: JSON.stringify(value), partition: 0 });
  return lines;
}

/** The records that show every mistake. */
export function probeLines(): Lines {
  const lines = perDataset((): Line[] => []);
  for (const { dataset, value, partition } of PROBES) lines[dataset].push({ text: JSON.stringify(value), partition });
  return lines;
}

/** Files that the sink has written for each dataset's topic, anywhere in a bucket's folder. */
export function sinkFiles(bucket: string, topics: Readonly<Record<Dataset, string>>): Record<Dataset, string[]> {
  const files = perDataset((): string[] => []);
  let entries: string[];
  try {
    entries = readdirSync(bucket, { recursive: true, encoding: 'utf8' });
  } catch {
    return files;
  }
  for (const entry of entries.sort()) {
    const parts = entry.split(/[\\/]/);
    const dataset = DATASETS.find((each) => parts.includes(topics[each]));
    if (dataset && /\.json(\.gz)?$/.test(entry)) files[dataset].push(join(bucket, entry));
  }
  return files;
}
