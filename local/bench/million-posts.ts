import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DuckDBInstance } from '@duckdb/node-api';
import { DATASETS } from '@pipeline/datasets/schema';
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
    const peakMB = process.resourceUsage().maxRSS / 1024;
    const { seconds, megabytes } = await readAlone(root);
    return [
      benchRow('clean 1,000,000 posts', 's', (cleaned - started) / 1000, seconds, 'DuckDB reads the JSON alone'),
      benchRow(
        'all views over 1,000,000 posts',
        's',
        (answered - cleaned) / 1000,
        seconds,
        'DuckDB reads the JSON alone',
      ),
      benchRow('peak memory of both', 'MB', peakMB, megabytes, 'the files'),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The same files through DuckDB's own reader, every field looked at and nothing kept; and how large they are. */
async function readAlone(root: string): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const started = performance.now();
  for (const dataset of DATASETS) {
    const files = `'${join(root, 'topics', FILE_TOPICS[dataset], '*', '*.json')}'`;
    await connection.run(`select count(*), max(columns(*)) from read_json(${files}, format = 'newline_delimited')`);
  }
  const seconds = (performance.now() - started) / 1000;
  const reader = await connection.runAndReadAll(
    `select sum(size) / 1e6 from read_blob('${join(root, 'topics', '*', '*', '*.json')}')`,
  );
  const megabytes = Number(reader.value(0, 0));
  connection.closeSync();
  return { seconds, megabytes };
}
