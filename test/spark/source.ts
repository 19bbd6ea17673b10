import { DATASETS } from '@pipeline/datasets/schema';
import { CLEAN_SQL, duckdbFunctions, duckdbRawRelation } from '@pipeline/datasets/sql';
import { expectedAnswers, syntheticPosts } from '@pipeline/datasets/synthetic';

/**
 * `tsx test/spark/source.ts <posts> <easy|hard>`: what the Python tests need of the TypeScript half, as lines of JSON.
 * First `{"duckdb": {"functions", "raw", "clean"}, "expected"}`, then `[dataset, key, line]` for each record, in the order of sending.
 */
const [posts = '', mode = ''] = process.argv.slice(2);
const options = { seed: 100, posts: Number(posts), hardMode: mode === 'hard' };
const duckdb = {
  functions: duckdbFunctions(),
  raw: Object.fromEntries(DATASETS.map((dataset) => [dataset, duckdbRawRelation(dataset, `records_${dataset}`)])),
  clean: CLEAN_SQL,
};
process.stdout.write(`${JSON.stringify({ duckdb, expected: expectedAnswers(options) })}\n`);
let chunk = '';
for (const post of syntheticPosts(options)) {
  for (const { dataset, key, value } of post.records) {
    chunk += `${JSON.stringify([dataset, key, JSON.stringify(value)])}\n`;
  }
  if (chunk.length > 1_000_000) {
    process.stdout.write(chunk);
    chunk = '';
  }
}
process.stdout.write(chunk);
