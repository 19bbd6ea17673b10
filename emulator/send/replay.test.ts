import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DATASETS, perDataset } from '@pipeline/datasets/schema';
import { ReplayFailed, type ReplayOptions, type ReplayPost, type ResumePoint, replay } from '../index';
import { answer, type Behaviour, type PipelineServer, pipelineServer, stored200 } from '../testing/pipeline-server';
import { post, posts } from '../testing/posts';

let server: PipelineServer | undefined;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'emulator-'));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function given(behaviour?: Behaviour): Promise<PipelineServer> {
  server = await pipelineServer(behaviour);
  return server;
}

function send(options: Partial<ReplayOptions> & Pick<ReplayOptions, 'source'>) {
  return replay({
    target: server!.target,
    layers: ['batch', 'speed'],
    deadLetters: path.join(folder, 'dead.ndjson'),
    retry: { baseMs: 1, capMs: 4, timeoutMs: 2_000, giveUpMs: 0 },
    ...options,
  });
}

const deadLines = () => {
  const text = readFileSync(path.join(folder, 'dead.ndjson'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

test('both layers get the same rows, in the request forms of the exercise', async () => {
  const { calls, stored } = await given();
  const report = await send({ source: [post(7528)] });

  const pin = calls.find((call) => call.path === '/dev/topics/u1.pin')!;
  expect(pin.method).toBe('POST');
  expect(pin.headers['content-type']).toBe('application/vnd.kafka.json.v2+json');
  expect(pin.body).toBe('{"records":[{"key":"7528","value":{"index":7528,"version":0,"text":"📌 \\"7528\\""}}]}');
  const geo = calls.find((call) => call.path === '/dev/streams/streaming-u1-geo/records')!;
  expect(geo.method).toBe('PUT');
  expect(geo.headers['content-type']).toBe('application/json');
  expect(geo.body).toBe(
    '{"records":[{"data":{"ind":7528,"version":0,"text":"📌 \\"7528\\""},"partition-key":"7528"}]}',
  );
  expect(stored).toHaveLength(2 * DATASETS.length);
  const once = { read: 1, delivered: 1, deadLettered: 0, retried: 0 };
  expect(report.layers).toEqual({
    batch: perDataset(() => once),
    speed: perDataset(() => once),
  });
  expect(report).toMatchObject({ posts: 1, complete: true });
});

test('with a batch size of 1 the speed layer is fed through /record', async () => {
  const { calls } = await given();
  await send({ source: [post(7528)], layers: ['speed'], datasets: ['user'], batchSize: 1 });
  expect(calls.map(({ path, body }) => [path, body])).toEqual([
    [
      '/dev/streams/streaming-u1-user/record',
      '{"Data":{"ind":7528,"version":0,"text":"📌 \\"7528\\""},"PartitionKey":"7528"}',
    ],
  ]);
});

test('batches are full, and none exceeds the batch size', async () => {
  const { calls } = await given();
  await send({ source: posts(1000), layers: ['batch'], datasets: ['pin'], batchSize: 100, concurrency: 1 });
  expect(calls.map((call) => call.arrivals.length)).toEqual([100, 100, 100, 100, 100, 100, 100, 100, 100, 100]);
});

test('a record refused inside a 200 is sent again, alone', async () => {
  let first = true;
  const { calls } = await given((call, response) => {
    if (!first) return false;
    first = false;
    answer(response, 200, {
      offsets: call.arrivals.map((_, i) =>
        i === 1
          ? { partition: null, offset: null, error_code: 50003, error: 'not leader' }
          : { partition: 0, offset: i, error_code: null, error: null },
      ),
    });
    return true;
  });
  const report = await send({ source: posts(3), layers: ['batch'], datasets: ['pin'], concurrency: 1 });
  expect(calls.map((call) => call.arrivals.map(({ key }) => key))).toEqual([['0', '1', '2'], ['1']]);
  expect(report.layers.batch.pin).toEqual({ read: 3, delivered: 3, deadLettered: 0, retried: 1 });
});

test('throttled entries of PutRecords are sent again, others of the request are not', async () => {
  let first = true;
  const { calls } = await given((call, response) => {
    if (!first) return false;
    first = false;
    const throttled = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' };
    const Records = call.arrivals.map((_, i) => (i < 2 ? throttled : { SequenceNumber: '1', ShardId: 's' }));
    answer(response, 200, { FailedRecordCount: 2, Records });
    return true;
  });
  const report = await send({ source: posts(4), layers: ['speed'], datasets: ['geo'], concurrency: 1 });
  expect(calls.map((call) => call.arrivals.map(({ key }) => key))).toEqual([
    ['0', '1', '2', '3'],
    ['0', '1'],
  ]);
  expect(report.layers.speed.geo).toEqual({ read: 4, delivered: 4, deadLettered: 0, retried: 2 });
});

test('a record that Kafka refuses for good goes to the dead letters with the reason', async () => {
  await given((call, response) => {
    if (!call.path.endsWith('u1.pin')) return false;
    const offsets = call.arrivals.map(({ key }, i) =>
      key === '1'
        ? { partition: null, offset: null, error_code: 50002, error: 'The message is too large' }
        : { partition: 0, offset: i, error_code: null, error: null },
    );
    answer(response, 200, { offsets });
    return true;
  });
  const report = await send({
    source: posts(3),
    clock: { now: () => 1_600_000_000_000, sleep: async () => undefined },
  });
  expect(report.layers.batch.pin).toEqual({ read: 3, delivered: 2, deadLettered: 1, retried: 0 });
  expect(report.layers.speed.pin).toEqual({ read: 3, delivered: 3, deadLettered: 0, retried: 0 });
  expect(deadLines()).toEqual([
    {
      layer: 'batch',
      dataset: 'pin',
      key: '1',
      reason: 'Kafka 50002: The message is too large',
      attempts: 1,
      at: '2020-09-13T12:26:40.000Z',
      value: { index: 1, version: 0, text: '📌 "1"' },
    },
  ]);
});

test('one bad record that has its whole batch refused is found, and only it is dead-lettered', async () => {
  const { stored } = await given((call, response) => {
    if (!call.arrivals.some(({ key }) => key === '5')) return false;
    answer(response, 400, { message: 'Invalid request body' });
    return true;
  });
  const report = await send({ source: posts(8), layers: ['speed'], datasets: ['pin'], concurrency: 1 });
  expect(report.layers.speed.pin).toMatchObject({ read: 8, delivered: 7, deadLettered: 1 });
  expect(stored.map(({ key }) => key)).toEqual(['0', '1', '2', '3', '4', '6', '7']);
  expect(deadLines()).toMatchObject([
    { key: '5', reason: expect.stringMatching(/answered 400: .*Invalid request body/) },
  ]);
});

test.each([
  ['429', 429],
  ['500', 500],
  ['504', 504],
])('a whole request answered %s is sent again', async (_, status) => {
  let failures = 2;
  const { stored } = await given((_call, response) => {
    if (failures-- <= 0) return false;
    answer(response, status, { message: 'later' });
    return true;
  });
  const report = await send({ source: posts(2), layers: ['batch'], datasets: ['pin'], concurrency: 1 });
  expect(stored.map(({ key }) => key)).toEqual(['0', '1']);
  expect(report.layers.batch.pin).toEqual({ read: 2, delivered: 2, deadLettered: 0, retried: 4 });
});

test('Retry-After is obeyed even where it exceeds the backoff', async () => {
  const pauses: number[] = [];
  let first = true;
  await given((_call, response) => {
    if (!first) return false;
    first = false;
    answer(response, 429, {}, { 'retry-after': '7' });
    return true;
  });
  const clock = { now: () => 1, sleep: async (ms: number) => void pauses.push(ms) };
  await send({ source: posts(1), layers: ['batch'], datasets: ['pin'], clock });
  expect(pauses).toEqual([7000]);
});

test('a 200 that does not speak of every record is no proof', async () => {
  const bodies = ['', '{"offsets":[]}', '{"offsets":[{"partition":0,"offset":1', '{"message":"Internal server error"}'];
  const { calls } = await given((call, response, store) => {
    const body = bodies.shift();
    if (body === undefined) return false;
    store();
    answer(response, 200, body);
    return call.method === 'POST';
  });
  const report = await send({ source: posts(2), layers: ['batch'], datasets: ['pin'], concurrency: 1 });
  expect(calls).toHaveLength(5);
  expect(report.layers.batch.pin).toEqual({ read: 2, delivered: 2, deadLettered: 0, retried: 8 });
});

test('versions of a key arrive in order, whatever fails and however many requests are under way', async () => {
  let n = 0;
  const { stored, calls } = await given((call, response) => {
    n++;
    if (n % 3 === 0) {
      if (n % 2 === 0) answer(response, 503, {});
      else response.destroy();
      return true;
    }
    if (n % 4 !== 0 || call.path.includes('streams')) return false;
    call.keep(call.arrivals.slice(1));
    const failed = { partition: null, offset: null, error_code: 50003, error: 'not leader' };
    const { offsets } = stored200(call) as { offsets: object[] };
    answer(response, 200, { offsets: [failed, ...offsets.slice(1)] });
    return true;
  });
  const versions = Array.from({ length: 40 }, (_, version) => [3, 1, 2].map((key) => post(key, version))).flat();
  await send({
    source: versions,
    batchSize: 4,
    concurrency: 3,
    retry: { baseMs: 1, capMs: 2, giveUpMs: 0, maxAttempts: 100 },
  });
  const byName = new Map<string, number[]>();
  for (const { name, key, value } of stored) {
    const versionsSeen = byName.get(`${name} ${key}`) ?? [];
    versionsSeen.push((value as { version: number }).version);
    byName.set(`${name} ${key}`, versionsSeen);
  }
  for (const { arrivals } of calls) expect(new Set(arrivals.map(({ key }) => key)).size).toBe(arrivals.length);
  expect(byName.size).toBe(6 * DATASETS.length);
  for (const seen of byName.values()) expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test('a topic that refuses from the start ends the replay instead of filling the dead letters', async () => {
  await given((_call, response) => {
    answer(response, 403, { message: 'Missing Authentication Token' });
    return true;
  });
  const failure = await send({ source: posts(100) }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ReplayFailed);
  expect((failure as Error).message).toMatch(/answered 403: .*Missing Authentication Token/);
  expect(deadLines()).toEqual([]);
});

test('a topic that fails every record from the start ends the replay as well', async () => {
  await given((call, response) => {
    const failed = { partition: null, offset: null, error_code: 50003, error: 'Topic u1.pin not present in metadata' };
    answer(response, 200, { offsets: call.arrivals.map(() => failed) });
    return true;
  });
  const retry = { giveUpMs: 0, maxAttempts: 2, baseMs: 1, capMs: 1 };
  const sending = send({ source: posts(3), layers: ['batch'], datasets: ['pin'], retry });
  await expect(sending).rejects.toThrow('Kafka 50003: Topic u1.pin not present in metadata');
  expect(deadLines()).toEqual([]);
});

test('a stream that takes one record of a batch at a time is not given up', async () => {
  const { stored } = await given((call, response) => {
    call.keep(call.arrivals.slice(0, 1));
    const throttled = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' };
    const Records = call.arrivals.map((_, i) => (i > 0 ? throttled : { SequenceNumber: '1', ShardId: 's' }));
    answer(response, 200, { FailedRecordCount: Records.length - 1, Records });
    return true;
  });
  const retry = { giveUpMs: 0, maxAttempts: 2, baseMs: 1, capMs: 1 };
  const report = await send({ source: posts(10), layers: ['speed'], datasets: ['pin'], concurrency: 1, retry });
  expect(report.layers.speed.pin).toEqual({ read: 10, delivered: 10, deadLettered: 0, retried: 45 });
  expect(stored).toHaveLength(10);
});

test("a target that is not there is named, with the network's reason", async () => {
  await given();
  await server!.close();
  await expect(send({ source: posts(1), retry: { baseMs: 1, capMs: 1 } })).rejects.toThrow(
    /http:\/\/127\.0\.0\.1:\d+\/dev\/(topics|streams)\/.* failed: .*ECONNREFUSED/,
  );
});

test('after success a target that stops answering costs attempts, then dead letters', async () => {
  const { stored } = await given((call, response) => {
    if (!call.arrivals.some(({ key }) => key === '2')) return false;
    answer(response, 500, 'boom');
    return true;
  });
  const report = await send({
    source: posts(4),
    layers: ['batch'],
    datasets: ['pin'],
    batchSize: 1,
    concurrency: 1,
    retry: { baseMs: 1, capMs: 1, giveUpMs: 0, maxAttempts: 3 },
  });
  expect(report.layers.batch.pin).toEqual({ read: 4, delivered: 3, deadLettered: 1, retried: 2 });
  expect(stored.map(({ key }) => key)).toEqual(['0', '1', '3']);
  expect(deadLines()[0]).toMatchObject({
    key: '2',
    attempts: 3,
    reason: expect.stringMatching(/^given up after 3 attempts: .*boom/),
  });
});

test('told to stop, an outage of the target ends the replay with the reason, and the next run goes on without a gap', async () => {
  let isFull = false;
  let isMended = false;
  const { stored } = await given((call, response) => {
    if (isMended) return false;
    if (call.arrivals.some(({ key }) => key === '6')) isFull = true;
    if (!isFull) return false;
    const failed = { partition: null, offset: null, error_code: 50003, error: 'Disk error' };
    answer(response, 200, { offsets: call.arrivals.map(() => failed) });
    return true;
  });
  const again = {
    source: Array.from(posts(20)),
    layers: ['batch'],
    datasets: ['pin'],
    batchSize: 3,
    concurrency: 1,
    checkpoint: path.join(folder, 'c.json'),
    retry: { baseMs: 1, capMs: 1, giveUpMs: 0, maxAttempts: 3, afterwards: 'stop' },
  } as const;
  await expect(send(again)).rejects.toThrow('Kafka 50003: Disk error');
  expect(deadLines()).toEqual([]);
  isMended = true;
  const report = await send(again);
  expect(report).toMatchObject({ posts: 20, complete: true });
  expect(report.layers.batch.pin).toMatchObject({ read: 20, delivered: 20, deadLettered: 0 });
  expect(new Set(stored.map(({ key }) => key)).size).toBe(20);
});

test('told to stop, one record that breaks its whole batch is dead-lettered alone, and the rest goes on', async () => {
  const { stored } = await given((call, response) => {
    if (!call.arrivals.some(({ key }) => key === '7')) return false;
    answer(response, 500, 'boom');
    return true;
  });
  const report = await send({
    source: posts(20),
    layers: ['batch'],
    datasets: ['pin'],
    batchSize: 5,
    concurrency: 1,
    retry: { baseMs: 1, capMs: 1, giveUpMs: 0, maxAttempts: 3, afterwards: 'stop' },
  });
  expect(report.layers.batch.pin).toMatchObject({ read: 20, delivered: 19, deadLettered: 1 });
  expect(stored).toHaveLength(19);
  expect(deadLines()).toMatchObject([
    { key: '7', reason: expect.stringMatching(/^given up after 3 attempts: .*boom/) },
  ]);
});

test('a target that refuses every record for one reason ends the replay after a hundred, and keeps none of them as bad', async () => {
  const { calls } = await given((_call, response) => {
    answer(response, 400, { message: 'template failed' });
    return true;
  });
  await expect(send({ source: posts(5_000), layers: ['speed'], datasets: ['pin'] })).rejects.toThrow(
    /^every record is refused: PUT .* answered 400: .*template failed/,
  );
  expect(calls.length).toBeLessThan(600);
  expect(deadLines()).toEqual([]);
});

test.each([1, 500])(
  'fewer refusals than that are records, and end in the dead letters (batches of %d)',
  async (batchSize) => {
    await given((_call, response) => {
      answer(response, 400, { message: 'too odd' });
      return true;
    });
    const report = await send({ source: posts(99), layers: ['batch'], datasets: ['pin'], batchSize });
    expect(report).toMatchObject({ complete: true, posts: 99 });
    expect(deadLines()).toHaveLength(99);
  },
);

test('a slow target holds the source back', async () => {
  let read = 0;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await given(async () => {
    await gate;
    return false;
  });
  function* endless(): Generator<ReplayPost> {
    for (let key = 0; ; key++) {
      read++;
      yield post(key);
    }
  }
  const stop = new AbortController();
  const running = send({ source: endless(), batchSize: 10, concurrency: 2, signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const readWhileBlocked = read;
  stop.abort();
  release();
  const report = await running;
  expect(readWhileBlocked).toBe(65);
  expect(report).toMatchObject({ posts: 64, complete: false });
});

test('a checkpoint lets a stopped replay go on without a gap, and its counts add up', async () => {
  const { stored } = await given();
  const checkpoint = path.join(folder, 'checkpoint.json');
  const stop = new AbortController();
  function* stopping(): Generator<ReplayPost> {
    for (const each of posts(2000)) {
      if (each.key === 700) stop.abort();
      yield each;
    }
  }
  const first = await send({ source: stopping(), batchSize: 50, checkpoint, signal: stop.signal });
  expect(first).toMatchObject({ posts: 700, complete: false });
  expect(first.layers.speed.user).toEqual({ read: 700, delivered: 700, deadLettered: 0, retried: 0 });

  const second = await send({ source: posts(2000), batchSize: 50, checkpoint });
  expect(second).toMatchObject({ posts: 2000, complete: true });
  expect(second.layers.batch.pin).toEqual({ read: 2000, delivered: 2000, deadLettered: 0, retried: 0 });
  expect(
    stored
      .filter(({ name }) => name === 'u1.pin')
      .map(({ key }) => Number(key))
      .sort((a, b) => a - b),
  ).toEqual(Array.from({ length: 2000 }, (_, key) => key));

  const third = await send({ source: posts(2000), batchSize: 50, checkpoint });
  expect(third).toMatchObject({ posts: 2000, complete: true });
  expect(stored).toHaveLength(2000 * 2 * DATASETS.length);
});

test('with a pace, posts go out at their times, and a slow answer counts as latency of those that had to wait', async () => {
  let now = 1_000_000;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      await new Promise(setImmediate);
      now += ms;
    },
  };
  const arrivedAt: [string, number][] = [];
  let stalled = false;
  await given((call) => {
    if (call.arrivals[0]!.key === '2' && !stalled) {
      stalled = true;
      now += 500;
    }
    for (const { key } of call.arrivals) arrivedAt.push([key, now - 1_000_000]);
    return false;
  });
  const report = await send({ source: posts(4), layers: ['batch'], datasets: ['pin'], pace: { rate: 10 }, clock });
  expect(arrivedAt.map(([key]) => key)).toEqual(['0', '1', '2', '3']);
  expect(report.latencyMs.max).toBeGreaterThanOrEqual(500);
  expect(report.seconds).toBeGreaterThanOrEqual(0.7);
});

test('a source that is a function is asked to begin behind the checkpoint', async () => {
  const { stored } = await given();
  const checkpoint = path.join(folder, 'checkpoint.json');
  const asked: ResumePoint[] = [];
  const source = (resume: ResumePoint) => {
    asked.push(resume);
    return resume.lastKey === null ? brokenAfter(30) : [post(30), post(31)];
  };
  function* brokenAfter(count: number): Generator<ReplayPost> {
    yield* posts(count);
    throw new Error('broken');
  }
  await expect(send({ source, layers: ['batch'], checkpoint })).rejects.toThrow('broken');
  const report = await send({ source, layers: ['batch'], checkpoint });
  expect(asked).toEqual([
    { posts: 0, lastKey: null },
    { posts: 30, lastKey: 29 },
  ]);
  expect(report).toMatchObject({ posts: 32, complete: true });
  expect(stored).toHaveLength(32 * DATASETS.length);
});

test('dead letters of posts behind the checkpoint are not counted twice when they come again', async () => {
  await given((call, response) => {
    if (!call.arrivals.some(({ key }) => Number(key) % 10 === 3)) return false;
    answer(response, 422, 'no');
    return true;
  });
  const checkpoint = path.join(folder, 'checkpoint.json');
  const options = { layers: ['batch'], datasets: ['pin'], checkpoint } as const;
  function* stopped(): Generator<ReplayPost> {
    yield* posts(15);
    throw new Error('stopped');
  }
  await expect(send({ ...options, source: stopped() })).rejects.toThrow('stopped');
  expect(deadLines().map(({ key }) => key)).toEqual(['3', '13']);
  // As a process leaves it that is killed between the dead letter and the checkpoint.
  appendFileSync(
    path.join(folder, 'dead.ndjson'),
    readFileSync(path.join(folder, 'dead.ndjson'), 'utf8').split('\n')[0]!,
  );
  const report = await send({ ...options, source: posts(25) });
  expect(deadLines().map(({ key }) => key)).toEqual(['3', '13', '23']);
  expect(report.layers.batch.pin).toMatchObject({ read: 25, delivered: 22, deadLettered: 3 });
});

test('a run without a checkpoint adds to the dead letters of earlier runs', async () => {
  await given((_call, response) => {
    answer(response, 422, 'no');
    return true;
  });
  await send({ source: [post(1)], layers: ['batch'], datasets: ['pin'] });
  await send({ source: [post(2)], layers: ['batch'], datasets: ['pin'] });
  expect(deadLines().map(({ key }) => key)).toEqual(['1', '2']);
});

test('a checkpoint of another source is refused', async () => {
  await given();
  const checkpoint = path.join(folder, 'checkpoint.json');
  await send({ source: posts(1), checkpoint, sourceName: 'seed 100' });
  await expect(send({ source: posts(1), checkpoint, sourceName: 'seed 7' })).rejects.toThrow(
    /checkpoint of 'seed 100 .*', not of 'seed 7 /,
  );
});

test('a record that cannot be kept ends the replay', async () => {
  await given((call, response) => {
    answer(response, 422, { error_code: 422, message: 'no' });
    return call.path.includes('topics');
  });
  await expect(send({ source: posts(1), layers: ['batch'], deadLetters: undefined })).rejects.toThrow(
    'no dead-letter file to keep',
  );
});

test('a source that breaks off is reported after what it gave has been delivered', async () => {
  const { stored } = await given();
  function* broken(): Generator<ReplayPost> {
    yield post(1);
    throw new Error('the cable was pulled');
  }
  await expect(send({ source: broken(), layers: ['batch'] })).rejects.toThrow('the cable was pulled');
  expect(stored).toHaveLength(DATASETS.length);
});

test.each([0, 501, 2.5])('a batch size of %d is refused with the allowed range', async (batchSize) => {
  await given();
  await expect(send({ source: posts(1), batchSize })).rejects.toThrow(
    `batchSize must be a whole number from 1 to 500, got ${batchSize}`,
  );
});

test('the usual answer of the test server is the one that wire-protocols states', () => {
  const call = {
    method: 'POST',
    path: '/dev/topics/t',
    headers: {},
    body: '',
    keep: () => undefined,
    arrivals: [{ name: 't', key: '1', value: 1 }],
  };
  expect(JSON.stringify(stored200(call))).toBe(
    '{"offsets":[{"partition":0,"offset":0,"error_code":null,"error":null}],"key_schema_id":null,"value_schema_id":null}',
  );
});
