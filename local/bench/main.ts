import { type BenchRow, benchSingleRecords } from '@pipeline/emulator/bench';
import { benchConsole } from './console';
import { benchFreshness } from './freshness';
import { benchKafka } from './kafka';
import { benchMillionPosts } from './million-posts';
import { benchPutRecords } from './put-records';
import { benchRoutes } from './routes';
import { withRuntime } from './served';

const PARTS: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  routes: benchRoutes,
  kafka: benchKafka,
  'put-records': benchPutRecords,
  'million-posts': benchMillionPosts,
  freshness: benchFreshness,
  console: benchConsole,
  'emulator-gateway': async () => [await withRuntime(false, (outputs) => benchSingleRecords('gateway', outputs))],
};

/** Prints the rows of one part, one JSON object a line. */
async function main(): Promise<void> {
  const part = PARTS[process.argv[2] ?? ''];
  if (!part) throw new Error(`no part '${process.argv[2]}' (known: ${Object.keys(PARTS).join(', ')})`);
  for (const row of await part()) process.stdout.write(`${JSON.stringify(row)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
