import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { writeOutputs } from '@pipeline/cli/outputs';
import { DATASETS, type Dataset, perDataset, SCHEMAS } from '@pipeline/datasets/schema';
import type { TailedRecord } from '@pipeline/emulator/tail';
import { tail } from '@pipeline/emulator/tail';
import { ViewsClient } from './report/views-client';
import { synthesizedTemplates } from './runtime/assembly';
import { DataFolder, type HeldDataFolder } from './runtime/data-folder';
import { readEnvironment } from './runtime/environment';
import { type Runtime, startRuntime } from './runtime/runtime';
import type { HopCounts, Live } from './serving/contract';

jest.setTimeout(120_000);

const STREAM = 'Kinesis-Prod-Stream';
/** Keys as scripts of the newer edition send them, a post under each. */
const KEYS: readonly Readonly<Record<Dataset, string>>[] = [
  perDataset((dataset) => `ada.${dataset}`),
  perDataset((dataset) => `${dataset}-partition`),
  perDataset((dataset) => SCHEMAS[dataset].sourceTable),
];

let root: string;
let held: HeldDataFolder;
let runtime: Runtime;
const told: string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'shared-stream-'));
  const templates = await synthesizedTemplates('dev');
  const shared = { Type: 'AWS::Kinesis::Stream', Properties: { Name: STREAM, ShardCount: 2 } };
  const changed = { ...templates, Streams: { Resources: { Shared: shared } } };
  const environment = readEnvironment(
    'dev',
    Object.fromEntries(
      Object.entries(changed).map(([name, template]) => [
        name,
        name === 'Streams' ? template : withoutStreams(template as typeof changed.Streams),
      ]),
    ),
  );
  held = await DataFolder.hold(join(root, 'data'), environment);
  runtime = await startRuntime({
    ...{ environment, templates, folder: held.folder, port: 0, auth: 'none', limits: 'off', fsync: false },
    tell: (line) => told.push(line),
  });
});
afterAll(async () => {
  // What is judged meanwhile would load its parts after the test is gone.
  for (let at = 0; at < 100 && ((await ask('live')) as { live: Live }).live.verdict.state === 'working'; at++)
    await new Promise((resolve) => setTimeout(resolve, 200));
  await runtime?.stop();
  held?.release();
  rmSync(root, { recursive: true, force: true });
});

function withoutStreams<T extends { Resources?: Record<string, { Type: string }> }>(template: T): T {
  const kept = Object.entries(template.Resources ?? {}).filter(([, { Type }]) => Type !== 'AWS::Kinesis::Stream');
  return { ...template, Resources: Object.fromEntries(kept) };
}

async function put(key: string, row: unknown): Promise<void> {
  const response = await fetch(`${runtime.apiUrl}streams/${STREAM}/record`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ StreamName: STREAM, PartitionKey: key, Data: row }),
  });
  expect(response.status).toBe(200);
}

const ask = async (path: string) => (await fetch(new URL(path, runtime.viewsUrl))).json();

test('all datasets come through one stream, and what no key assigns is seen in quarantine, log and health', async () => {
  for (const [at, keys] of KEYS.entries())
    for (const dataset of DATASETS) {
      const { smallestRecord, sourceKey } = SCHEMAS[dataset];
      const id = dataset === 'pin' ? { unique_id: `00000000-0000-4000-8000-00000000000${at}` } : {};
      await put(keys[dataset], { ...smallestRecord, ...id, [sourceKey]: at + 1 });
    }
  await put('partition-1', { ind: 9, country: 'Peru' });
  await put('partition-1', { index: 9 });

  const stages = await new ViewsClient(runtime.viewsUrl).flush();
  expect(stages.speed).toMatchObject({
    ...perDataset(() => ({ stored: 3, clean: 3, quarantined: 0 })),
    pin: { stored: 5, clean: 3, quarantined: 2, quarantinedByReason: { unknown_dataset: 2 } },
  });
  expect(told).toEqual([
    'speed layer: the partition key "partition-1" names no dataset; what comes under it goes to quarantine',
  ]);
  const { troubles } = (await ask('health')) as { troubles: unknown[] };
  expect(troubles).toMatchObject([
    {
      id: 'stream-keys',
      level: 'note',
      what: '2 records of the stream Kinesis-Prod-Stream are in quarantine, because their partition key names no dataset.',
      remedy: 'Send each record under a key that ends in its dataset, such as 0a1b2c3d4e5f.pin.',
    },
  ]);
  const { rows } = (await ask('quarantine/pin?layer=speed&limit=5')) as { rows: { line: unknown }[] };
  expect(JSON.stringify(rows)).toContain('names no dataset');
});

test('the hops, the tail and the trace tell the datasets apart by key as well', async () => {
  const { live } = (await ask('live')) as { live: Live };
  const soFar = (id: string) => {
    const { byDataset } = live.hops.find((hop) => hop.id === id)! as { byDataset: Record<Dataset, HopCounts> };
    return DATASETS.map((dataset) => byDataset[dataset].soFar);
  };
  expect([soFar('api'), soFar('stream'), soFar('speed')]).toEqual(
    Array(3).fill(DATASETS.map((dataset) => (dataset === 'pin' ? 5 : 3))),
  );

  const tailed: TailedRecord[] = [];
  const outputs = {
    region: 'us-east-1',
    auth: 'none' as const,
    kinesisEndpoint: runtime.kinesisEndpoint,
    streams: perDataset(() => STREAM),
  };
  const { signal } = new AbortController();
  await tail({ outputs, datasets: ['geo', 'user'], from: 'beginning', until: 'now', signal }, (record) =>
    tailed.push(record),
  );
  expect(tailed.map(({ dataset, key }) => `${dataset} ${key}`).sort()).toEqual([
    'geo ada.geo',
    'geo geo-partition',
    'geo geolocation_data',
    'user ada.user',
    'user user-partition',
    'user user_data',
  ]);

  const trace = JSON.stringify(await ask('trace/2'));
  for (const dataset of DATASETS) expect(trace.split(`"dataset":"${dataset}"`).length - 1).toBeGreaterThanOrEqual(1);
});

test('the smoke test finds every post again in the one stream', async () => {
  const folder = join(root, 'outputs');
  const topics = perDataset((dataset) => `0a1b2c3d4e5f.${dataset}`);
  const lake = { url: `${pathToFileURL(join(root, 'data', 's3', 'topics')).href}/`, closesAfterSeconds: 300 };
  const { apiUrl, kinesisEndpoint, viewsUrl } = runtime;
  writeOutputs(
    {
      ...{ env: 'local', region: 'us-east-1', auth: 'none', userId: '0a1b2c3d4e5f', topics, lake },
      ...{ streams: perDataset(() => STREAM), apiUrl, kinesisEndpoint, viewsUrl },
    },
    folder,
  );
  const program = join(__dirname, '..', 'ops', 'smoke.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', program, '--outputs', folder, '--posts', '20'],
    { cwd: join(__dirname, '..') },
  );
  const lines = stdout.split('\n').filter((line) => line.startsWith('speed'));
  expect(lines.map((line) => line.trim().split(/\s+/))).toEqual(
    DATASETS.map((dataset) => ['speed', dataset, '20', '20', '-', '20', 'stream']),
  );
});
