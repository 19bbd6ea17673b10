import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  KinesisClient,
  MergeShardsCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { perDataset } from '@pipeline/datasets/schema';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type TailedRecord, tail } from './tail';

const streams = perDataset((name) => `s-${name}`);
let server: Server;
let client: KinesisClient;

beforeAll(async () => {
  // Kinesalite, a Kinesis that others wrote; it speaks HTTP/1.1 only.
  const kinesalite = require('kinesalite') as (options: object) => Server;
  server = kinesalite({ createStreamMs: 0, updateStreamMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new KinesisClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    requestHandler: new NodeHttpHandler(),
  });
  for (const StreamName of ['s-pin', 's-geo']) {
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
    await isActive(StreamName);
  }
}, 30_000);

afterAll(() => {
  client.destroy();
  server.close();
});

async function isActive(StreamName: string): Promise<void> {
  for (;;) {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
    if (StreamDescription!.StreamStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const put = (StreamName: string, PartitionKey: string, text: string) =>
  client.send(new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from(text) }));

test('records of every shard of the chosen streams are shown, from the beginning, JSON as JSON', async () => {
  await put('s-pin', '7528', '{"index":7528,"title":"📌"}');
  await put('s-pin', '1313', 'no JSON');
  await put('s-geo', '2863', '{"ind":2863}');
  const seen: TailedRecord[] = [];
  const enough = new AbortController();
  const outputs = { region: 'us-east-1', auth: 'none' as const, streams };
  await tail({ outputs, datasets: ['pin', 'geo'], from: 'beginning', signal: enough.signal, client }, (record) => {
    if (seen.push(record) === 3) enough.abort();
  });
  const shown = seen.map(({ dataset, key, value }) => ({ dataset, key, value }));
  expect(shown).toHaveLength(3);
  expect(shown).toEqual(
    expect.arrayContaining([
      { dataset: 'pin', key: '7528', value: { index: 7528, title: '📌' } },
      { dataset: 'pin', key: '1313', value: 'no JSON' },
      { dataset: 'geo', key: '2863', value: { ind: 2863 } },
    ]),
  );
});

test('from the latest on, what is sent once every shard was read is read, and nothing older', async () => {
  await put('s-pin', '1', '"before"');
  const outputs = { region: 'us-east-1', auth: 'none' as const, streams };
  const enough = new AbortController();
  const seen: unknown[] = [];
  let reads = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        if (commandName === 'GetRecordsCommand') reads++;
        return answer;
      },
    { step: 'initialize' },
  );
  const onReady = () => {
    expect(reads).toBe(4);
    void put('s-geo', '2', '"geo"').then(() => put('s-pin', '3', '"after"'));
  };
  const options = { outputs, datasets: ['pin', 'geo'] as const, from: 'latest' as const, client };
  await tail({ ...options, onReady, signal: enough.signal }, ({ value }) => {
    if (seen.push(value) === 2) enough.abort();
  });
  expect(seen.sort()).toEqual(['after', 'geo']);
});

test('shards that were merged are read before the one that goes on from them, which is read once', async () => {
  const StreamName = 's-merged';
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  await isActive(StreamName);
  for (let n = 0; n < 20; n++) await put(StreamName, String(n), `"before ${n}"`);
  const [ShardToMerge, AdjacentShardToMerge] = ['shardId-000000000000', 'shardId-000000000001'];
  await client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
  await isActive(StreamName);
  for (let n = 0; n < 20; n++) await put(StreamName, String(n), `"after ${n}"`);
  const outputs = { region: 'us-east-1', auth: 'none' as const, streams: { ...streams, pin: StreamName } };
  const enough = new AbortController();
  const seen: string[] = [];
  await tail({ outputs, datasets: ['pin'], from: 'beginning', signal: enough.signal, client }, ({ value }) => {
    if (seen.push(String(value)) === 40) enough.abort();
  });
  expect(new Set(seen).size).toBe(40);
  expect(seen.slice(0, 20).every((text) => text.startsWith('before'))).toBe(true);
  expect(seen.slice(20)).toEqual(Array.from({ length: 20 }, (_, n) => `after ${n}`));
});

test('a stream that is not there ends the reading with its name', async () => {
  const outputs = { region: 'us-east-1', auth: 'none' as const, streams };
  const reading = tail(
    { outputs, datasets: ['user'], from: 'latest', signal: new AbortController().signal, client },
    () => undefined,
  );
  await expect(reading).rejects.toThrow(/s-user.* not found/);
});
