import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATASETS } from '@pipeline/datasets/schema';
import { answer, type Behaviour, type PipelineServer, pipelineServer } from '../emulator/testing/pipeline-server';
import { replaySource, sampleOf } from './replay';

let folder: string;
let server: PipelineServer | undefined;
let told: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
  told = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += text;
    return true;
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function given(behaviour?: Behaviour): Promise<PipelineServer> {
  const opened = await pipelineServer(behaviour);
  server = opened;
  return opened;
}

const sent = (posts: number) =>
  replaySource({
    source: { seed: 1, posts, hardMode: false },
    target: server!.target,
    folder: { checkpoint: join(folder, 'checkpoint.json'), deadLetters: join(folder, 'dead.ndjson') },
    signal: new AbortController().signal,
  });

test.each([
  [9, 0],
  [50, 5],
  [1_200, 120],
  [11_154, 120],
])('of %d posts %d go by the single-record routes', (posts, sample) => {
  expect(sampleOf(posts)).toBe(sample);
});

test('the first posts go one record a request, the rest in batches, and each once', async () => {
  const { calls, stored } = await given();
  const report = await sent(50);
  expect(report).toMatchObject({ posts: 50, complete: true, deadLetters: undefined });
  expect(calls.filter(({ path }) => /\/streams\/[^/]+\/record$/.test(path))).toHaveLength(5 * DATASETS.length);
  const toTopics = calls.filter(({ path }) => path.includes('/topics/')).map(({ arrivals }) => arrivals.length);
  expect(toTopics.slice(0, 5 * DATASETS.length)).toEqual(Array(5 * DATASETS.length).fill(1));
  expect(Math.min(...toTopics.slice(5 * DATASETS.length))).toBeGreaterThan(10);
  expect(stored).toHaveLength(50 * 2 * DATASETS.length);
  expect(new Set(stored.map(({ name, key }) => `${name} ${key}`)).size).toBe(50 * 2 * DATASETS.length);
});

test('a second start says that it replayed nothing', async () => {
  const { calls } = await given();
  await sent(50);
  const before = calls.length;
  expect(told).toMatch(new RegExp(`^Delivered ${50 * 2 * DATASETS.length} records in `));
  told = '';
  expect(await sent(50)).toMatchObject({ posts: 50, deliveredNow: 0 });
  expect(calls).toHaveLength(before);
  expect(told).toBe('Nothing was left to replay: earlier starts sent all 50 posts.\n\n');
});

const refusesRecord: Behaviour = (call, response) => {
  const isSingle = call.path.endsWith('/record');
  if (isSingle) answer(response, 400, { message: 'PartitionKey is missing' });
  return isSingle;
};

test('a single-record route that refuses everything ends the replay with its reason', async () => {
  await given(refusesRecord);
  await expect(sent(1_200)).rejects.toThrow(
    /^every record is refused: PUT \S+\/streams\/streaming-u1-\w+\/record answered 400: {"message":"PartitionKey is missing"}; mend that/,
  );
});

test('what a broken route kept from being delivered is counted by reason, and sent again by the next start', async () => {
  await given(refusesRecord);
  const { deadLetters, layers } = await sent(50);
  expect(layers.speed.pin).toMatchObject({ read: 50, delivered: 45, deadLettered: 5 });
  expect(deadLetters?.reasons.map(({ records }) => records)).toEqual(DATASETS.map(() => 5));
  await server!.close();
  const { stored } = await given();
  const after = await sent(50);
  expect(after.layers.speed.pin).toMatchObject({ read: 50, delivered: 50, deadLettered: 0 });
  expect(after.deadLetters).toBeUndefined();
  expect(told).toContain(
    `Sent ${5 * DATASETS.length} dead letters of earlier starts again; ${5 * DATASETS.length} were taken.\n`,
  );
  expect(told).not.toContain('Nothing was left');
  expect(stored).toHaveLength(5 * DATASETS.length);
});
