import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { Dataset } from '@pipeline/datasets/schema';
import type { Outputs } from './outputs';
import { type Clock, systemClock } from './retry';

/** A record as it lies in its stream. */
export interface TailedRecord {
  readonly dataset: Dataset;
  readonly key: string;
  readonly shard: string;
  readonly sequenceNumber: string;
  /** When the stream took it. */
  readonly arrivedAt: Date;
  /** The row: JSON where it is JSON, otherwise its text. */
  readonly value: unknown;
}

export interface TailOptions {
  readonly outputs: Pick<Outputs, 'region' | 'streams' | 'kinesisEndpoint' | 'auth'>;
  readonly datasets: readonly Dataset[];
  readonly from: 'latest' | 'beginning';
  /** Ends the reading. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** @default one for the outputs' region and endpoint */
  readonly client?: KinesisClient;
}

/** Pause between two looks at a shard without news; a shard allows five a second to all its readers. */
const POLL_MS = 500;

/** Reads every shard of some streams and hands each record over as it comes. Resolves when the signal aborts. */
export async function tail(options: TailOptions, onRecord: (record: TailedRecord) => void): Promise<void> {
  const client = options.client ?? clientFor(options.outputs);
  try {
    await Promise.all(options.datasets.map((dataset) => tailStream(client, dataset, options, onRecord)));
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    if (options.client === undefined) client.destroy();
  }
}

function clientFor({ region, kinesisEndpoint, auth }: TailOptions['outputs']): KinesisClient {
  // The laptop's Kinesis takes any keys where its API takes unsigned requests; a machine without AWS has none.
  const anyKeys = { accessKeyId: 'local', secretAccessKey: 'local' };
  const isOpen = kinesisEndpoint !== undefined && auth === 'none';
  return new KinesisClient({ region, endpoint: kinesisEndpoint, ...(isOpen ? { credentials: anyKeys } : {}) });
}

async function tailStream(
  client: KinesisClient,
  dataset: Dataset,
  options: TailOptions,
  onRecord: (record: TailedRecord) => void,
): Promise<void> {
  const StreamName = options.outputs.streams[dataset];
  const seen = new Set<string>();
  const readFrom = async (shard: string, type: 'LATEST' | 'TRIM_HORIZON'): Promise<void> => {
    // After a merge both parents name the same child.
    if (seen.has(shard)) return;
    seen.add(shard);
    const children = await tailShard(client, { StreamName, dataset, shard, type, options, onRecord });
    await Promise.all(children.map((child) => readFrom(child, 'TRIM_HORIZON')));
  };
  const shards = await shardsOf(client, StreamName);
  const isOpen = ({ SequenceNumberRange }: Shard) => SequenceNumberRange?.EndingSequenceNumber === undefined;
  await Promise.all(
    options.from === 'beginning'
      ? shards.map(({ ShardId }) => readFrom(ShardId!, 'TRIM_HORIZON'))
      : shards.filter(isOpen).map(({ ShardId }) => readFrom(ShardId!, 'LATEST')),
  );
}

async function shardsOf(client: KinesisClient, StreamName: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let NextToken: string | undefined;
  do {
    // A token stands for the stream's name too: both together are refused.
    const page: ListShardsCommandOutput = await client.send(
      new ListShardsCommand(NextToken ? { NextToken } : { StreamName }),
    );
    shards.push(...(page.Shards ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return shards;
}

interface ShardReading {
  readonly StreamName: string;
  readonly dataset: Dataset;
  readonly shard: string;
  readonly type: 'LATEST' | 'TRIM_HORIZON';
  readonly options: TailOptions;
  readonly onRecord: (record: TailedRecord) => void;
}

/** Reads one shard until it is closed or the signal aborts, and answers the shards that go on where it ended. */
async function tailShard(client: KinesisClient, reading: ShardReading): Promise<string[]> {
  const { StreamName, dataset, shard, type, options, onRecord } = reading;
  const { signal, clock = systemClock } = options;
  const start = { StreamName, ShardId: shard, ShardIteratorType: type };
  const children: string[] = [];
  let iterator = (await client.send(new GetShardIteratorCommand(start), { abortSignal: signal })).ShardIterator;
  while (iterator !== undefined && !signal.aborted) {
    const answer: GetRecordsCommandOutput = await client.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: 1_000 }),
      { abortSignal: signal },
    );
    for (const record of answer.Records ?? []) {
      if (signal.aborted) break;
      onRecord({
        dataset,
        key: record.PartitionKey!,
        shard,
        sequenceNumber: record.SequenceNumber!,
        arrivedAt: record.ApproximateArrivalTimestamp!,
        value: decoded(record.Data!),
      });
    }
    children.push(...(answer.ChildShards ?? []).map(({ ShardId }) => ShardId!));
    iterator = answer.NextShardIterator;
    if ((answer.Records ?? []).length === 0) await clock.sleep(POLL_MS, signal);
  }
  return children;
}

function decoded(data: Uint8Array): unknown {
  const text = Buffer.from(data).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
