import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DATASETS, type Dataset, perDataset, SINK_FIELDS } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { type BenchRow, benchRow } from '@pipeline/emulator/bench';
import { BatchLayer } from '../batch';
import { Tables } from '../tables';

const POSTS = 1_000_000;
const LINES_PER_FILE = 5_000;
const TOPICS = perDataset((dataset) => `bench.${dataset}`);

/** Cleaning a million posts from the sink's files and answering every question; memory is this process's peak. */
export async function benchMillionPosts(): Promise<BenchRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await writeFiles(root);
    const tables = await Tables.open(join(root, 'tables.duckdb'), { memoryLimitMB: 2_048 });
    const started = performance.now();
    await new BatchLayer({ tables: tables.layer('batch'), bucket: root, topicsDir: 'topics', topics: TOPICS }).run();
    const cleaned = performance.now();
    for (const { name } of views()) await tables.view('batch', name);
    const answered = performance.now();
    await tables.close();
    return [
      benchRow('clean 1,000,000 posts', 's', (cleaned - started) / 1000),
      benchRow('all views over 1,000,000 posts', 's', (answered - cleaned) / 1000),
      benchRow('clean and all views, together', 's', (answered - started) / 1000),
      benchRow('peak memory of it', 'MB', process.resourceUsage().maxRSS / 1024),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function writeFiles(root: string): Promise<void> {
  const offsets = perDataset(() => 0);
  const lines = perDataset((): string[] => []);
  const close = async (dataset: Dataset) => {
    const topic = TOPICS[dataset];
    const folder = join(root, 'topics', topic, 'partition=0');
    mkdirSync(folder, { recursive: true });
    const start = String(offsets[dataset] - lines[dataset].length).padStart(10, '0');
    const file = createWriteStream(join(folder, `${topic}+0+${start}.json`));
    file.end(lines[dataset].join(''));
    await once(file, 'close');
    lines[dataset] = [];
  };
  for (const { records } of syntheticPosts({ seed: 100, posts: POSTS })) {
    for (const { dataset, value } of records) {
      const arrival = {
        [SINK_FIELDS.partition]: 0,
        [SINK_FIELDS.offset]: offsets[dataset]++,
        [SINK_FIELDS.timestamp]: 1_700_000_000_000,
      };
      lines[dataset].push(`${JSON.stringify({ ...(value as object), ...arrival })}\n`);
      if (lines[dataset].length === LINES_PER_FILE) await close(dataset);
    }
  }
  for (const dataset of DATASETS) if (lines[dataset].length > 0) await close(dataset);
}
