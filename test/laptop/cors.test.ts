import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addIngestStacks } from '../../lib/pipeline';
import { DataFolder } from '../../local/runtime/data-folder';
import { readEnvironment } from '../../local/runtime/environment';
import { type Runtime, startRuntime } from '../../local/runtime/runtime';
import { givenApp, givenConfig, SETTINGS } from '../lib/testing/environment';

const PAGE = 'https://page.example';
const root = mkdtempSync(join(tmpdir(), 'cors-'));
let runtime: Runtime;

/** The laptop with an environment whose `corsOrigins` names one page, from its templates as deployed. */
beforeAll(async () => {
  const app = givenApp();
  addIngestStacks(app, givenConfig({ api: { ...SETTINGS.api, corsOrigins: [PAGE] } }));
  const templates = Object.fromEntries(app.synth().stacks.map(({ stackName, template }) => [stackName, template]));
  const environment = readEnvironment('test', templates);
  runtime = await startRuntime({
    environment,
    templates,
    folder: (await DataFolder.hold(join(root, 'data'), environment)).folder,
    port: 0,
    auth: 'none',
    limits: 'off',
    fsync: false,
    tell: () => {},
  });
}, 120_000);
afterAll(async () => {
  await runtime?.stop();
  rmSync(root, { recursive: true, force: true });
});

const JSON_RECORDS = 'application/vnd.kafka.json.v2+json';

async function ask(url: string, origin: string, init: RequestInit = {}) {
  const { status, headers } = await fetch(url, { ...init, headers: { origin, ...init.headers } });
  return [status, headers.get('access-control-allow-origin')];
}

const produce = (type: string, body: string) => ({ method: 'POST', headers: { 'content-type': type }, body });

test('every answer of /topics lets the page read it, errors too', async () => {
  const topic = `${runtime.apiUrl}topics/ada.pin`;
  expect(await ask(topic, PAGE, produce(JSON_RECORDS, '{"records":[{"value":{"a":1}}]}'))).toEqual([200, PAGE]);
  expect(await ask(topic, PAGE, produce('text/plain', 'x'))).toEqual([415, PAGE]);
  expect(await ask(topic, PAGE, produce(JSON_RECORDS, '{"records":[]}'))).toEqual([422, PAGE]);
  expect(await ask(`${runtime.apiUrl}topics/nope`, PAGE)).toEqual([404, PAGE]);
  expect(await ask(`${runtime.apiUrl}topics`, PAGE)).toEqual([200, PAGE]);
  // The gateway's own error, and a route of Kinesis.
  expect(await ask(`${runtime.apiUrl}streams/none/record`, PAGE, { method: 'PUT', body: '{}' })).toEqual([415, PAGE]);
  expect(await ask(`${runtime.apiUrl}streams`, PAGE)).toEqual([200, PAGE]);
});

test('another page gets no such answer', async () => {
  expect(await ask(`${runtime.apiUrl}topics`, 'https://evil.example')).toEqual([200, null]);
});

test.each(['flush', 'rebuild'])('the setting opens the stage alone: /%s stays shut for the page', async (path) => {
  expect(await ask(`${runtime.viewsUrl}${path}`, PAGE, { method: 'POST' })).toEqual([403, null]);
});

test('the proxy’s own port takes no writes of the page', async () => {
  const url = `${runtime.proxyUrl}/topics/ada.pin`;
  expect(await ask(url, PAGE, produce(JSON_RECORDS, '{"records":[{"value":1}]}'))).toEqual([403, null]);
});
