import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outputs } from '@pipeline/cli/outputs';
import { type ReplayPost, readOutputs, replay } from '@pipeline/emulator';
import { type ServeProcess, startServeProcess } from '../../../local/runtime/serve-process';
import type { Replayed, Trace } from '../../../local/serving/contract';
import { exportQuarantine } from '../../../ops/quarantine/export';
import { recordIn } from '../../../ops/quarantine/line';
import { listReasons, renderReasons } from '../../../ops/quarantine/list';
import { replayQuarantine } from '../../../ops/quarantine/replay';
import { RuntimeClient } from '../../../ops/runtime-client';
import { cloudTrace } from '../../../ops/trace/cloud-trace';
import { renderTrace } from '../../../ops/trace/render';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-tests' };
const before = { ...process.env };
let root: string;
let server: ServeProcess;
let outputs: Outputs;
let client: RuntimeClient;

/** A place with a moment that nobody can read, and one that is right. */
const geo = (ind: number, timestamp: string) => ({
  ind,
  timestamp,
  latitude: 59.9,
  longitude: 10.7,
  country: 'Norway',
});
const quiet = () => {};

// An API that asks for signatures: whatever sends must sign.
beforeAll(async () => {
  Object.assign(process.env, KEYS);
  root = mkdtempSync(join(tmpdir(), 'quarantine-'));
  server = await startServeProcess({
    env: 'dev',
    data: join(root, 'data'),
    outputs: root,
    reset: false,
    port: 0,
    auth: 'iam',
    limits: 'off',
    stagePath: 'sent',
    fsync: false,
  });
  outputs = readOutputs('local', root);
  client = RuntimeClient.of(outputs, root, 'can be asked');
  const post = (ind: number, timestamp: string): ReplayPost => ({
    key: ind,
    records: [{ dataset: 'geo', key: String(ind), value: geo(ind, timestamp) }],
  });
  await replay({
    source: [post(41, 'yesterday, or so'), post(42, '2022-01-31T12:00:00Z'), post(43, 'never')],
    target: outputs,
    layers: ['batch', 'speed'],
    deadLetters: join(root, 'dead.ndjson'),
  });
  await client.post('flush');
}, 180_000);

afterAll(async () => {
  await server?.stop();
  process.env = before;
  rmSync(root, { recursive: true, force: true });
});

test('the list counts by layer, dataset and reason, and says each in words', async () => {
  const reasons = await listReasons(client, {});
  expect(reasons.map(({ layer, dataset, reason, records }) => [layer, dataset, reason, records]).sort()).toEqual([
    ['batch', 'geo', 'timestamp_invalid', 2],
    ['speed', 'geo', 'timestamp_invalid', 2],
  ]);
  expect(await listReasons(client, { dataset: 'pin' })).toEqual([]);
  expect(renderReasons(reasons)).toMatch(/\ntimestamp_invalid: The timestamp has an unknown form/);
});

test('a line that is sent again is signed like any client’s, and loses what the sink had added to it', async () => {
  const line = JSON.stringify({ ...geo(44, '2022-01-31T12:00:00Z'), kafka_offset: 3, kafka_partition: 0 });
  const response = await fetch(new URL('quarantine/replay', outputs.viewsUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataset: 'geo', layers: ['batch', 'speed'], line }),
  });
  const replayed = (await response.json()) as Replayed[];
  expect(replayed.map(({ layer, status }) => [layer, status])).toEqual([
    ['batch', 200],
    ['speed', 200],
  ]);
  const { log, partition, offset } = replayed[0]!.stored!;
  expect(JSON.parse(await client.raw(`logs/${log}/${partition}/${offset}/value`))).toEqual(
    geo(44, '2022-01-31T12:00:00Z'),
  );
});

test('an export that is corrected and replayed comes out clean, and what is still wrong is quarantined again', async () => {
  const file = join(root, 'bad.ndjson');
  expect(await exportQuarantine(client, { dataset: 'geo' }, file, quiet)).toBe(4);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines.flatMap((line) => Object.keys(JSON.parse(line).value))).not.toContain('kafka_offset');
  writeFileSync(file, lines.map((line) => line.replace('yesterday, or so', '2022-01-30T12:00:00Z')).join('\n'));
  const report = await replayQuarantine({
    client,
    target: outputs,
    file,
    filter: {},
    say: quiet,
    signal: new AbortController().signal,
  });
  expect(report).toMatchObject({
    delivered: 4,
    deadLettered: 0,
    clean: 2,
    quarantinedAgain: 2,
    duplicates: 0,
    reconciled: true,
  });
  const { served } = await client.get<Trace>('trace/41');
  expect(served?.geo.layer).toMatch(/^(batch|speed)$/);
}, 60_000);

test('without the runtime a post is found in streams and lake, and what cannot be seen is named', async () => {
  const { viewsUrl: _, ...away } = outputs;
  const found = await cloudTrace({
    outputs: { ...away, env: 'dev' },
    key: '42',
    files: 10,
    waitSeconds: 60,
    say: quiet,
    signal: new AbortController().signal,
  });
  expect(found.records.map(({ layer, dataset, log }) => [layer, dataset, log]).sort()).toEqual([
    ['batch', 'geo', outputs.topics.geo],
    ['speed', 'geo', outputs.streams.geo],
  ]);
  expect(found.notLooked.map(({ where }) => where)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^the topics /), 'the clean tables and the quarantine']),
  );
  const text = renderTrace(found).join('\n');
  expect(text).toMatch(/✓ stored .* stream streaming-/);
  expect(text).toMatch(/✓ filed .* line \d+ of /);
  expect(text).toMatch(/\? cleaned .* cannot be seen from here/);
  const nobody = await cloudTrace({
    outputs: { ...away, env: 'dev', kinesisEndpoint: 'http://127.0.0.1:1', lake: undefined },
    key: '42',
    files: 10,
    waitSeconds: 60,
    say: quiet,
    signal: new AbortController().signal,
  });
  expect(nobody.records).toEqual([]);
  expect(nobody.notLooked.map(({ where }) => where)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^the streams /), 'the lake']),
  );
}, 120_000);

test.each([
  ['{"layer":"batch"}', 'is no line of an export (dataset: '],
  ['nonsense', 'is no line of an export ('],
  [
    '{"layer":"batch","dataset":"pin","key":"1","value":{"index":9223372036854775809}}',
    'the number 9223372036854775809 has more digits than are sent',
  ],
])('%s cannot be sent, and its line says why', (text, why) => {
  expect(() => recordIn(text, 'f, line 3')).toThrow(why);
  expect(() => recordIn(text, 'f, line 3')).toThrow(/^f, line 3/);
});

test('a corrected key is the key it is sent under', () => {
  const text = '{"layer":"speed","dataset":"pin","key":"old","reason":"key_invalid","value":{"index":7}}';
  expect(recordIn(text, 'f')).toMatchObject({ layer: 'speed', dataset: 'pin', key: '7', reason: 'key_invalid' });
});
