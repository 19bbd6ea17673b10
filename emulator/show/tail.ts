import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { Outputs } from '@pipeline/cli/outputs';
import type { Dataset } from '@pipeline/datasets/schema';
import { datasetOfStreamKey, sharesStream, UNASSIGNED_TO } from '@pipeline/datasets/stream-keys';
import { type Clock, systemClock } from '../send/retry';

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
  /** `now`: a shard is read to where it ends, and not further; then the reading is over. @default the signal alone ends it */
  readonly until?: 'now';
  /** Called once, when every shard has been read once: with `latest`, whatever is sent from then on is read. */
  readonly onReady?: () => void;
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
    const isShared = sharesStream(options.outputs.streams);
    // One stream for all is read once.
    const opened = isShared ? options.datasets.slice(0, 1) : options.datasets;
    const streams = await Promise.all(opened.map((dataset) => openStream(client, dataset, options)));
    const hand = isShared ? byKey(options.datasets, onRecord) : onRecord;
    options.onReady?.();
    await Promise.all(streams.map((stream) => tailStream(client, stream, options, hand)));
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    if (options.client === undefined) client.destroy();
  }
}

/** In a stream that the datasets share a record is of the dataset that its key names, or of the one that takes what none names. */
function byKey(datasets: readonly Dataset[], onRecord: (record: TailedRecord) => void) {
  return (record: TailedRecord) => {
    const dataset = datasetOfStreamKey(record.key) ?? UNASSIGNED_TO;
    if (datasets.includes(dataset)) onRecord({ ...record, dataset });
  };
}

function clientFor({ region, kinesisEndpoint, auth }: TailOptions['outputs']): KinesisClient {
  // The laptop's Kinesis takes any keys where its API takes unsigned requests; a machine without AWS has none.
  const anyKeys = { accessKeyId: 'local', secretAccessKey: 'local' };
  const isOpen = kinesisEndpoint !== undefined && auth === 'none';
  return new KinesisClient({ region, endpoint: kinesisEndpoint, ...(isOpen ? { credentials: anyKeys } : {}) });
}

interface OpenStream {
  readonly dataset: Dataset;
  readonly shards: readonly OpenShard[];
}

/** A shard and what its first read answered: from there on its position is told by Kinesis, and no more a matter of what `LATEST` means. */
interface OpenShard {
  readonly shard: string;
  readonly first: GetRecordsCommandOutput;
}

async function openStream(client: KinesisClient, dataset: Dataset, options: TailOptions): Promise<OpenStream> {
  const StreamName = options.outputs.streams[dataset];
  const all = await shardsOf(client, StreamName);
  const isOpen = ({ SequenceNumberRange }: Shard) => SequenceNumberRange?.EndingSequenceNumber === undefined;
  const ids = new Set(all.map(({ ShardId }) => ShardId));
  // From the beginning the others are read when those they go on from are: a key's records then come in their order.
  const isFirst = (shard: Shard) => !parentsOf(shard).some((parent) => ids.has(parent));
  const shards = await Promise.all(
    options.from === 'beginning'
      ? all.filter(isFirst).map(({ ShardId }) => openShard(client, StreamName, ShardId!, 'TRIM_HORIZON', options))
      : all.filter(isOpen).map(({ ShardId }) => openShard(client, StreamName, ShardId!, 'LATEST', options)),
  );
  return { dataset, shards };
}

const parentsOf = ({ ParentShardId, AdjacentParentShardId }: Shard): readonly (string | undefined)[] => [
  ParentShardId,
  AdjacentParentShardId,
];

async function openShard(
  client: KinesisClient,
  StreamName: string,
  shard: string,
  type: 'LATEST' | 'TRIM_HORIZON',
  { signal }: TailOptions,
): Promise<OpenShard> {
  const start = new GetShardIteratorCommand({ StreamName, ShardId: shard, ShardIteratorType: type });
  const { ShardIterator } = await client.send(start, { abortSignal: signal });
  return { shard, first: await readOn(client, ShardIterator!, signal) };
}

function readOn(
  client: KinesisClient,
  ShardIterator: string,
  abortSignal: AbortSignal,
): Promise<GetRecordsCommandOutput> {
  return client.send(new GetRecordsCommand({ ShardIterator, Limit: 1_000 }), { abortSignal });
}

async function tailStream(
  client: KinesisClient,
  { dataset, shards }: OpenStream,
  options: TailOptions,
  onRecord: (record: TailedRecord) => void,
): Promise<void> {
  const reading = new Set(shards.map(({ shard }) => shard));
  const seen = new Set(reading);
  const stream = options.outputs.streams[dataset];
  const read = async (open: OpenShard): Promise<void> => {
    const told = await tailShard(client, dataset, open, options, onRecord);
    // Not every endpoint names them.
    const children = told.length > 0 || options.signal.aborted ? told : await childrenOf(client, stream, open.shard);
    reading.delete(open.shard);
    // After a merge both parents name the same child; whoever of them ends last goes on with it.
    const unread = children
      .filter(({ id, parents }) => !seen.has(id) && !parents.some((parent) => reading.has(parent)))
      .map(({ id }) => id);
    for (const child of unread) {
      seen.add(child);
      reading.add(child);
    }
    await Promise.all(
      unread.map(async (child) => read(await openShard(client, stream, child, 'TRIM_HORIZON', options))),
    );
  };
  await Promise.all(shards.map(read));
}

async function childrenOf(client: KinesisClient, stream: string, shard: string): Promise<Child[]> {
  return (await shardsOf(client, stream))
    .map((child) => ({ id: child.ShardId!, parents: parentsOf(child).filter((parent) => parent !== undefined) }))
    .filter(({ parents }) => parents.includes(shard));
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

/** A shard that goes on where others ended. */
interface Child {
  readonly id: string;
  readonly parents: readonly string[];
}

/** Reads one shard until it is closed or the signal aborts, and answers the shards that go on where it ended. */
async function tailShard(
  client: KinesisClient,
  dataset: Dataset,
  { shard, first }: OpenShard,
  { signal, until, clock = systemClock }: TailOptions,
  onRecord: (record: TailedRecord) => void,
): Promise<Child[]> {
  const children: Child[] = [];
  let answer = first;
  for (;;) {
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
    children.push(
      ...(answer.ChildShards ?? []).map(({ ShardId, ParentShards }) => ({ id: ShardId!, parents: ParentShards! })),
    );
    if (until === 'now' && answer.MillisBehindLatest === 0) return children;
    if ((answer.Records ?? []).length === 0) await clock.sleep(POLL_MS, signal);
    // A closed shard that is read to its end has none; some clients read its null as null.
    if (!answer.NextShardIterator || signal.aborted) return children;
    answer = await readOn(client, answer.NextShardIterator, signal);
  }
}

function decoded(data: Uint8Array): unknown {
  const text = Buffer.from(data).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
