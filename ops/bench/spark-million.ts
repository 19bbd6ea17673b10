import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand, say } from '@pipeline/cli/command';
import { grouped } from '@pipeline/cli/table';
import { type BenchRow, benchRow } from '@pipeline/emulator/bench';
import { measured, type Taken } from './measured';

const ROOT = join(__dirname, '..', '..');
/** What a million posts may take on Spark, all processes together. */
const ALLOWED_MB = 10_000;

/** `tsx ops/bench/spark-million.ts [posts]`: prints the rows of a whole start on each engine, one JSON object a line. The one on Spark takes most of an hour. */
async function main(): Promise<number> {
  const posts = Number(process.argv[2] ?? 1_000_000);
  const duckdb = await startOnce('duckdb', posts);
  const spark = await startOnce('spark', posts);
  for (const row of rows(posts, spark, duckdb)) process.stdout.write(`${JSON.stringify(row)}\n`);
  return 0;
}

function rows(posts: number, spark: Taken, duckdb: Taken): BenchRow[] {
  const what = `npm start -- --once --engine spark, ${grouped(posts)} posts`;
  return [
    benchRow(what, 's', spark.seconds, duckdb.seconds, 'DuckDB'),
    benchRow(`${what}: CPU`, 's', spark.cpuSeconds, duckdb.cpuSeconds, 'DuckDB'),
    benchRow(`${what}: all processes together`, 'MB', spark.togetherMB, ALLOWED_MB, 'allowed', '≤ 1'),
  ];
}

/** @throws Error with the last lines when the start fails, as it does when an answer is wrong */
async function startOnce(engine: string, posts: number): Promise<Taken> {
  say(`npm start -- --once --engine ${engine} --posts ${posts} …`);
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    return await measured(ROOT, process.execPath, [
      ...['--import', pathToFileURL(require.resolve('tsx')).href, 'local/start.ts', '--once', '--port', '0'],
      ...['--engine', engine, '--posts', String(posts)],
      ...['--data', join(root, 'data'), '--outputs', join(root, 'outputs')],
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

runCommand(main);
