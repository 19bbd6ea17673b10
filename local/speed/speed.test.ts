import { type Dataset, perDataset } from '@pipeline/datasets/schema';
import { Tables } from '../tables';
import { type ReadLimits, type Shard, SpeedLayer, type SpeedTables, type StreamRecord } from '.';

let tables: Tables;
let speed: SpeedLayer;
let errors: Error[];
let listeners: (() => void)[];
let shards: Record<Dataset, ShardInMemory[]>;

/** A shard that is an array. */
class ShardInMemory implements Shard {
  readonly records: StreamRecord[] = [];
  constructor(readonly id: string) {}

  put(data: string | Buffer, arrivalTimestampMs = 1, partitionKey = '1'): void {
    const offset = this.records.length;
    this.records.push({
      offset,
      sequenceNumber: String(offset).padStart(56, '0'),
      arrivalTimestampMs,
      partitionKey,
      data: Buffer.from(data),
    });
    for (const wake of listeners) wake();
  }

  read(fromOffset: number, { maxRecords, maxBytes }: ReadLimits): StreamRecord[] {
    const read: StreamRecord[] = [];
    let bytes = 0;
    for (const record of this.records.slice(fromOffset, fromOffset + maxRecords)) {
      bytes += record.data.length;
      if (bytes > maxBytes && read.length > 0) break;
      read.push(record);
    }
    return read;
  }

  end(): number {
    return this.records.length;
  }
}

const layer = (into: SpeedTables = tables.layer('speed')) =>
  new SpeedLayer({
    tables: into,
    streams: perDataset((dataset) => dataset),
    shardsOf: (stream) => shards[stream as Dataset],
    onAppend: (listener) => {
      listeners.push(listener);
      return () => {
        listeners = listeners.filter((other) => other !== listener);
      };
    },
    onError: (error) => errors.push(error),
  });

beforeEach(async () => {
  errors = [];
  listeners = [];
  shards = { ...perDataset(() => []), user: [new ShardInMemory('users/0'), new ShardInMemory('users/1')] };
  tables = await Tables.open(':memory:');
  speed = layer();
});
afterEach(async () => {
  await speed.stop();
  await tables.close();
  expect(errors).toEqual([]);
});

const users = async () => (await tables.layer('speed').counts()).user;

test('a shard is read after those that it goes on from, however far back', async () => {
  const order: string[] = [];
  const shard = (id: string, records: number, ...parents: string[]) => {
    const made = Object.assign(new ShardInMemory(id), { parents });
    for (let n = 0; n < records; n++) made.put(`{"ind":${n}}`);
    const read = made.read.bind(made);
    made.read = (fromOffset, limits) => {
      const found = read(fromOffset, limits);
      if (found.length > 0) order.push(id);
      return found;
    };
    return made;
  };
  shards.user = [shard('a', 9000), shard('b', 1), shard('empty', 0, 'a', 'b'), shard('late', 1, 'empty')];
  await speed.start();
  await speed.settle();
  expect(order.at(-1)).toBe('late');
  expect(order.filter((id) => id === 'late')).toHaveLength(1);
  expect(order.length).toBeGreaterThan(3);
});

test('a micro-batch is bounded by bytes, too, and a record that is larger alone comes by itself', async () => {
  const MIB = 1024 * 1024;
  const sizes = [5 * MIB, 20 * MIB, 5 * MIB, 40 * MIB, 1, ...Array<number>(8).fill(20 * MIB)];
  const shard = new ShardInMemory('users/0');
  shards.user = [shard];
  const text = 'x'.repeat(40 * MIB);
  for (const size of sizes) shard.put(text.slice(0, size));
  const batches: number[][] = [];
  const bounded = layer({
    progress: async () => new Map(),
    ingest: async (_, records) => void batches.push(records.map(({ line }) => line.length / MIB)),
  });
  await bounded.start();
  await bounded.settle();
  expect(batches).toEqual([[5, 20, 5], [40], [1 / MIB, 20], ...Array(7).fill([20])]);
  batches.length = 0;
  await bounded.hold(() =>
    bounded.again(['user'], {
      ingest: async (_, records) => void batches.push(records.map(({ line }) => line.length / MIB)),
    }),
  );
  await bounded.stop();
  expect(batches).toEqual([[5, 20, 5, 40, 1 / MIB, 20, 20], Array(5).fill(20), [20]]);
});

test('what arrives is in the tables without being asked for', async () => {
  await speed.start();
  shards.user[0]!.put('{"ind":1,"age":20}');
  shards.user[1]!.put('{"ind":2,"age":30}');
  const deadline = Date.now() + 10_000;
  while ((await users()).clean < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await users()).toMatchObject({ clean: 2, duplicates: 0 });
});

test('while many records keep coming, the layer rests as long as it works, and takes every one in the end', async () => {
  const taken = tables.layer('speed');
  const batches: number[] = [];
  const slow = layer({
    progress: () => taken.progress(),
    ingest: async (dataset, records, progress) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await taken.ingest(dataset, records, progress);
      batches.push(records.length);
    },
  });
  await slow.start();
  const untilMs = performance.now() + 2_400;
  let sent = 0;
  while (performance.now() < untilMs) {
    for (let more = 0; more < 100; more++, sent++) shards.user[0]!.put(`{"ind":${sent},"age":30}`, 1_000 + sent);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // A micro-batch takes 200 ms: with rests of 20 ms there would be ten of them.
  expect(batches.length).toBeLessThan(7);
  while (batches.reduce((sum, count) => sum + count, 0) < sent) await new Promise((resolve) => setTimeout(resolve, 5));
  await slow.stop();
  expect(await users()).toMatchObject({ clean: sent });
});

test('settling waits for everything that is in the streams', async () => {
  await speed.start();
  for (let ind = 0; ind < 20_000; ind++) shards.user[ind % 2]!.put(`{"ind":${ind},"age":20}`);
  await speed.settle();
  expect(await users()).toMatchObject({ clean: 20_000, duplicates: 0 });
});

test('settling ends although records keep coming', async () => {
  const [shard] = shards.user as [ShardInMemory];
  await speed.start();
  shard.put('{"ind":0,"age":20}');
  jest.spyOn(shard, 'read').mockImplementation((fromOffset, { maxRecords }) => {
    shard.put(`{"ind":${shard.end()},"age":20}`);
    return shard.records.slice(fromOffset, fromOffset + maxRecords);
  });
  await speed.settle();
  expect((await users()).clean).toBeGreaterThan(0);
});

test('a shard that never runs dry does not keep the others waiting', async () => {
  for (let ind = 0; ind < 17_000; ind++) shards.user[0]!.put(`{"ind":${ind},"age":20}`);
  shards.user[1]!.put('{"ind":17000,"age":20}');
  const batches: string[][] = [];
  const fair = new SpeedLayer({
    tables: {
      progress: async () => new Map(),
      ingest: async (_, records) => {
        batches.push([...new Set(records.map(({ arrivalPartition }) => arrivalPartition))]);
      },
    },
    streams: perDataset((dataset) => dataset),
    shardsOf: (stream) => shards[stream as Dataset],
    onAppend: () => () => {},
    onError: (error) => errors.push(error),
  });
  await fair.start();
  await fair.settle();
  await fair.stop();
  expect(batches).toEqual([['users/0', 'users/1'], ['users/0'], ['users/0']]);
});

test('a second start goes on behind what is in the tables', async () => {
  await speed.start();
  shards.user[0]!.put('{"ind":1,"age":20}');
  await speed.settle();
  await speed.stop();
  shards.user[0]!.put('{"ind":1,"age":21}');
  speed = layer();
  await speed.start();
  await speed.settle();
  expect(await users()).toMatchObject({ clean: 1, duplicates: 1 });
});

test('a stopped layer takes nothing', async () => {
  await speed.start();
  await speed.stop();
  shards.user[0]!.put('{"ind":1,"age":20}');
  await speed.settle();
  expect(await users()).toMatchObject({ clean: 0 });
  expect(listeners).toEqual([]);
});

test('bytes that are no UTF-8 go to quarantine whole, as base64', async () => {
  await speed.start();
  shards.user[0]!.put(Buffer.from([0x7b, 0xff, 0x7d]));
  await speed.settle();
  expect(await users()).toMatchObject({ clean: 0, quarantined: 1, quarantinedByReason: { not_json_object: 1 } });
  const { columns, rows } = await tables.layer('speed').quarantine('user', 10);
  const line = columns.findIndex(({ name }) => name === 'line');
  expect(rows[0]![line]).toBe('not UTF-8, in base64: e/99');
});

test('what fails is tried again by itself, without a new record', async () => {
  const taken = tables.layer('speed');
  let isFull = true;
  const seen: string[] = [];
  const waiting = new SpeedLayer({
    tables: {
      progress: () => taken.progress(),
      ingest: (...args) => (isFull ? Promise.reject(new Error('no space')) : taken.ingest(...args)),
    },
    streams: perDataset((dataset) => dataset),
    shardsOf: (stream) => shards[stream as Dataset],
    onAppend: () => () => {},
    onError: (error) => seen.push(error.message),
    retryMs: 5,
  });
  shards.user[0]!.put('{"ind":1,"age":20}');
  await waiting.start();
  while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  isFull = false;
  while ((await users()).clean < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  await waiting.stop();
  expect(new Set(seen)).toEqual(new Set(['no space']));
});

test('in a shared stream the key tells the dataset, and what names none goes into quarantine with its key', async () => {
  const shard = new ShardInMemory('all/0');
  shard.put('{"index":1,"unique_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6"}', 1, 'ada.pin');
  shard.put('{"ind":1,"country":"Peru"}', 1, 'geolocation_data');
  shard.put('{"ind":1,"age":20}', 1, 'user-partition');
  shard.put('{"ind":2,"age":30}', 1, 'partition-1');
  const told: string[] = [];
  const shared = new SpeedLayer({
    tables: tables.layer('speed'),
    streams: perDataset(() => 'Kinesis-Prod-Stream'),
    shardsOf: () => [shard],
    onAppend: () => () => {},
    onError: (error) => errors.push(error),
    onUnassigned: (key) => told.push(key),
  });
  await shared.start();
  await shared.settle();
  await shared.stop();
  expect(shared.behind('geo')).toBe(0);
  expect(tables.layer('speed').tally()).toMatchObject({
    pin: { clean: 1, quarantined: 1, quarantinedByReason: { unknown_dataset: 1 } },
    geo: { clean: 1, quarantined: 0 },
    user: { clean: 1, quarantined: 0 },
  });
  expect(told).toEqual(['partition-1']);
});

test('a crash between the parts of a shared stream repeats them, and changes nothing', async () => {
  const shard = new ShardInMemory('all/0');
  shard.put('{"index":1,"unique_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6"}', 1, 'ada.pin');
  shard.put('{"ind":1,"age":20}', 1, 'ada.user');
  const layerTables = tables.layer('speed');
  let failing = true;
  const shared = () =>
    new SpeedLayer({
      tables: {
        progress: () => layerTables.progress(),
        ingest: async (dataset, records, progress) => {
          if (dataset === 'user' && failing) throw new Error('killed');
          await layerTables.ingest(dataset, records, progress);
        },
      },
      streams: perDataset(() => 's'),
      shardsOf: () => [shard],
      onAppend: () => () => {},
      onError: () => {},
    });
  const first = shared();
  await first.start();
  await expect(first.settle()).rejects.toThrow('killed');
  await first.stop();
  expect(await layerTables.progress()).toEqual(new Map());
  failing = false;
  const second = shared();
  await second.start();
  await second.settle();
  await second.stop();
  expect(layerTables.tally()).toMatchObject({ pin: { clean: 1, duplicates: 0 }, user: { clean: 1, duplicates: 0 } });
});
