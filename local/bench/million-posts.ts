import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { views } from '@pipeline/datasets/sql';
import { type BenchRow, benchRow } from '@pipeline/emulator/bench';
import { BatchLayer } from '../batch';
import { Tables } from '../tables';
import { FILE_TOPICS, writeFiles } from './write-files';

const POSTS = 1_000_000;

/** Cleaning a million posts from the sink's files and answering every question; memory is this process's peak. */
export async function benchMillionPosts(): Promise<BenchRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await writeFiles(root, POSTS);
    const tables = await Tables.open(join(root, 'tables.duckdb'), { memoryLimitMB: 2_048 });
    const started = performance.now();
    await new BatchLayer({
      tables: tables.layer('batch'),
      bucket: root,
      topicsDir: 'topics',
      topics: FILE_TOPICS,
    }).run();
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
