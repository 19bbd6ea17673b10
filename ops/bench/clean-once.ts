import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `tsx clean-once.ts <checkout> <bucket> <database>`: cleans the files of a bucket with a checkout's own batch layer, and prints the CPU time of
 * that as one JSON object. It knows of that checkout only what has not changed since.
 */
async function main([checkout, bucket, database]: readonly string[]): Promise<void> {
  const { BatchLayer } = load(checkout!, 'batch');
  const { Tables } = load(checkout!, 'tables');
  const topics = { pin: 'bench.pin', geo: 'bench.geo', user: 'bench.user' };
  const tables = await Tables.open(database, { memoryLimitMB: 2_048 });
  const before = process.cpuUsage();
  await new BatchLayer({ tables: tables.layer('batch'), bucket, topicsDir: 'topics', topics }).run();
  const { user, system } = process.cpuUsage(before);
  await tables.close();
  process.stdout.write(`${JSON.stringify({ cpuSeconds: (user + system) / 1e6 })}\n`);
}

// biome-ignore lint/suspicious/noExplicitAny: the types of another commit are not known here
function load(checkout: string, part: string): any {
  const folder = join(checkout, 'local', part);
  if (!existsSync(folder)) throw new Error(`${checkout} has no local/${part}: this commit cannot be measured`);
  return require(folder);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
