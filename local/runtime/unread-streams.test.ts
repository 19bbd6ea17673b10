import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATASETS, perDataset } from '@pipeline/datasets/schema';
import { openKinesis } from '../kinesis';
import { openLog } from '../log';
import type { LocalEnvironment } from './environment';
import { Health } from './health';
import { UnreadStreams } from './unread-streams';

const NAMES = perDataset((name) => `streaming-a-${name}`);

test('a stream with records that nobody reads is noted by its name, until somebody does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unread-'));
  const log = await openLog(folder);
  const kinesis = openKinesis({ log, limits: 'off' });
  const health = new Health();
  const told: string[] = [];
  const environment = { names: { streams: NAMES } } as unknown as LocalEnvironment;
  const unread = new UnreadStreams(environment, kinesis, log, health, (line) => told.push(line));
  try {
    for (const StreamName of ['streaming-a-pin', 'streaming-b-pin', 'streaming-empty'])
      await kinesis.call('CreateStream', { StreamName, ShardCount: 1 });
    for (const StreamName of ['streaming-a-pin', 'streaming-b-pin'])
      await kinesis.call('PutRecord', { StreamName, PartitionKey: '1', Data: 'e30=' });
    unread.look();
    unread.look();
    expect(told).toEqual([
      `The stream streaming-b-pin holds records, and nobody reads it: the speed layer reads ${DATASETS.map((dataset) => `streaming-a-${dataset}`).join(', ')}.`,
    ]);
    expect(health.list()).toMatchObject([
      {
        id: 'stream-unread:streaming-b-pin',
        level: 'note',
        what: `The stream streaming-b-pin holds records, and nobody reads it: the speed layer reads ${DATASETS.map((dataset) => `streaming-a-${dataset}`).join(', ')}.`,
      },
    ]);
    const shard = {
      StreamName: 'streaming-b-pin',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    };
    const { ShardIterator } = (await kinesis.call('GetShardIterator', shard)) as { ShardIterator: string };
    await kinesis.call('GetRecords', { ShardIterator });
    unread.look();
    expect(health.list()).toEqual([]);
  } finally {
    unread.stop();
    await log.close();
    rmSync(folder, { recursive: true });
  }
});
