import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOutputs } from '@pipeline/cli/outputs';
import { DATASETS } from '@pipeline/datasets/schema';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { readOutputs, replay } from '@pipeline/emulator';
import { openLog } from '../log';
import { ViewsClient } from '../report/views-client';
import { edits, reworded, takeBackEdits } from '../tables/testing/rules';
import { synthesizedTemplates } from './assembly';
import { DataFolder } from './data-folder';
import { readEnvironment } from './environment';
import { type Runtime, startRuntime } from './runtime';

jest.setTimeout(120_000);

jest.mock('@pipeline/datasets/sql', () =>
  jest.requireActual('../tables/testing/rules').withEdits(jest.requireActual('@pipeline/datasets/sql')),
);

let root: string;
let runtime: Runtime;
let release: () => void;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rebuild-served-'));
  await start();
});
afterEach(async () => {
  takeBackEdits();
  await stop();
  rmSync(root, { recursive: true });
});

async function start(): Promise<void> {
  const templates = await synthesizedTemplates('dev');
  const environment = readEnvironment('dev', templates);
  const held = await DataFolder.hold(join(root, 'data'), environment);
  release = held.release;
  const options = {
    environment,
    templates,
    folder: held.folder,
    port: 0,
    auth: 'none',
    limits: 'off',
    fsync: false,
  } as const;
  runtime = await startRuntime({ ...options, tell: () => {} });
  const { userId, names } = environment;
  const { apiUrl } = runtime;
  writeOutputs(
    { env: 'local', apiUrl, region: 'us-east-1', auth: 'none', userId, topics: names.topics, streams: names.streams },
    root,
  );
}

async function stop(): Promise<void> {
  await runtime.stop();
  release();
}

const client = () => new ViewsClient(runtime.viewsUrl);
const geoOf = async () => {
  const { batch, speed } = await client().counts();
  return [batch.geo.clean, speed.geo.clean];
};

async function given(): Promise<void> {
  const source = syntheticPosts({ seed: 1, posts: 20, hardMode: false });
  await replay({ source, target: readOutputs('local', root), layers: ['batch', 'speed'] });
  await client().flush();
}

test('a cleaning rule that is broken empties nothing in a pipeline that serves, and is told by file and line', async () => {
  await given();
  const before = await client().counts();
  expect(await geoOf()).toEqual([20, 20]);
  const view = await client().view('serving', 'posts_by_join_year');
  edits.clean.geo = () => 'selec\n  everything';
  await expect(client().rebuild()).rejects.toThrow(/^datasets\/sql\/clean\/geo\.sql:\d+:\d+: Parser Error: /);
  expect(await client().counts()).toEqual(before);
  expect(await client().view('serving', 'posts_by_join_year')).toEqual(view);
  edits.clean.geo = reworded;
  const { outlived, ...after } = await client().rebuild();
  expect(outlived).toBe(0);
  expect(after).toEqual(before);
});

test('a stream whose records have passed their retention empties nothing, and what stays is counted', async () => {
  await given();
  expect(await geoOf()).toEqual([20, 20]);
  await stop();
  const log = await openLog(join(root, 'data', 'kinesis'));
  for (const name of log.topics())
    for (let shard = 0; shard < log.topic(name)!.partitions; shard++)
      await log.trim(name, shard, log.endOffset(name, shard));
  await log.close();
  await start();
  for (const dataset of DATASETS) edits.clean[dataset] = reworded;
  expect((await client().rebuild()).outlived).toBe(20 * DATASETS.length);
  expect(await geoOf()).toEqual([20, 20]);
});
