import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outputs, writeOutputs } from '@pipeline/cli/outputs';
import { perDataset } from '@pipeline/datasets/schema';
import { type Listening, listen } from '../wire/listener';
import { allRunning, forgetRunning, noteRunning, otherOwner, pipelineAt } from './running';

let outputs: string;
const open: Listening[] = [];

beforeEach(() => {
  outputs = mkdtempSync(join(tmpdir(), 'running-'));
});
afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close();
  rmSync(outputs, { recursive: true });
});

/** Something that answers every request with that text. */
async function answering(body: string): Promise<string> {
  const listening = await listen({
    port: 0,
    purpose: 'the test',
    handle: async () => ({ status: 200, headers: {}, body }),
  });
  open.push(listening);
  return `http://127.0.0.1:${listening.port}/`;
}

const told = (viewsUrl: string): Outputs => ({
  env: 'local',
  apiUrl: `${viewsUrl}dev/`,
  region: 'us-east-1',
  auth: 'none',
  userId: 'ada',
  topics: perDataset(String),
  streams: perDataset(String),
  viewsUrl,
});

test.each(['', 'hello', 'null', '{}', '{"dataFolder":7}'])('what answers %j is no pipeline', async (body) => {
  expect(await pipelineAt(await answering(body))).toBeUndefined();
});

test('an outputs file is another’s while the pipeline that it describes runs over another folder', async () => {
  expect(await otherOwner(outputs, 'a')).toBeUndefined();
  const viewsUrl = await answering('{"dataFolder":"a"}');
  writeOutputs(told(viewsUrl), outputs);
  expect(await otherOwner(outputs, 'a')).toBeUndefined();
  expect(await otherOwner(outputs, 'b')).toMatchObject({ viewsUrl, health: { dataFolder: 'a' } });
  await open.splice(0)[0]!.close();
  expect(await otherOwner(outputs, 'b')).toBeUndefined();
});

test('a run on any port is found while it answers, and then forgotten', async () => {
  const id = `test-${process.pid}`;
  const viewsUrl = await answering(`{"dataFolder":"${id}","env":"dev"}`);
  noteRunning(id, viewsUrl);
  try {
    expect(await allRunning()).toContainEqual({ viewsUrl, health: { dataFolder: id, env: 'dev' } });
    await open.splice(0)[0]!.close();
    await allRunning();
    noteRunning(`${id}-2`, viewsUrl);
    expect((await allRunning()).filter((running) => running.viewsUrl === viewsUrl)).toEqual([]);
  } finally {
    for (const each of [id, `${id}-2`]) forgetRunning(each);
  }
});
