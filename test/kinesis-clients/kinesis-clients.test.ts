import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenKinesis, openKinesis } from '../../local/kinesis';
import { type Log, openLog } from '../../local/log';
import type { Listening } from '../../local/wire/listener';
import { CLIENTS, type Client, tell } from './clients';

const FIRST_USE_MS = 600_000;

let folder: string;
let log: Log;
let listener: Listening;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinesis-clients-'));
  log = await openLog(folder);
  listener = await listenKinesis(openKinesis({ log, limits: 'off' }), { port: 0 });
});

afterAll(async () => {
  await listener.close();
  await log.close();
  rmSync(folder, { recursive: true });
});

for (const client of CLIENTS) {
  const missing = missingFor(client);
  const isSkipped = missing !== undefined && process.env.REQUIRE_ALL !== '1';
  if (isSkipped) process.stderr.write(`skipped the Kinesis client ${client.name}: ${missing}\n`);
  const judge = isSkipped ? test.skip : test;
  judge(
    `${client.name}, unchanged and unconfigured, does all its work at our endpoint`,
    async () => {
      if (missing !== undefined) throw new Error(missing);
      const stream = client.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
      expect(await tell(client, `http://127.0.0.1:${listener.port}`, stream)).toEqual(client.story);
      // The stream is deleted at the end of the story, and nothing else was made.
      expect(log.topics()).toEqual([]);
    },
    FIRST_USE_MS,
  );
}

function missingFor(client: Client): string | undefined {
  try {
    client.requireTools();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
