import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenKinesis, openKinesis } from '../../local/kinesis';
import { openLog } from '../../local/log';

/** The laptop's Kinesis as a program: prints `{"endpoint"}` on one line, ends with stdin. Its log goes with it. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kinesis-'));
  const log = await openLog(folder);
  const listener = await listenKinesis(openKinesis({ log, limits: 'off' }), { port: 0 });
  process.stdout.write(`${JSON.stringify({ endpoint: `http://127.0.0.1:${listener.port}` })}\n`);
  for await (const _ of process.stdin) {
    // Nothing to obey: the tests talk to the endpoint.
  }
  await listener.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
