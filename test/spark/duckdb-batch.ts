import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import { BatchLayer } from '../../local/batch';
import { Tables } from '../../local/tables';

/**
 * `tsx test/spark/duckdb-batch.ts <bucket> <topics as JSON>`: the laptop's batch layer over the same files as the batch notebook, into tables
 * on disk. Prints `{"takeIn", "views", "clean"}`: seconds, seconds, and clean rows in all.
 */
async function main(): Promise<void> {
  const [bucket = '', topics = '{}'] = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), 'duckdb-batch-'));
  try {
    const tables = await Tables.open(join(folder, 'tables.duckdb'));
    const layer = tables.layer('batch');
    const began = performance.now();
    const batch = new BatchLayer({
      tables: layer,
      bucket,
      topicsDir: 'topics',
      topics: JSON.parse(topics) as Record<Dataset, string>,
    });
    await batch.run();
    const taken = performance.now();
    for (const { name } of views()) await tables.view('batch', name);
    const answered = performance.now();
    const counts = await layer.counts();
    const clean = DATASETS.reduce((sum, dataset) => sum + counts[dataset].clean, 0);
    console.log(JSON.stringify({ takeIn: (taken - began) / 1000, views: (answered - taken) / 1000, clean }));
    await tables.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
