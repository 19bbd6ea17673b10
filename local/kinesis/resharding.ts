import { invalidArgument, limitExceeded, resourceInUse, resourceNotFound, validationError } from './errors';
import { STREAM_LIMITS } from './limits';
import type { Service } from './operation';
import { equalStarts, type Shard, shardIdOf, shardIndexOf } from './shards';
import type { Stream } from './streams';

/** A change of a stream's shards. Closed shards stay in the list; new shards are added at its end. */
export class Resharding {
  private readonly shardList: Shard[];
  private readonly nowMs: number;

  constructor(stream: Stream, nowMs: number) {
    this.shardList = [...stream.shards];
    // A child shard is never older than its parents, even after the clock was set back.
    this.nowMs = Math.max(nowMs, ...stream.shards.map(({ createdMs }) => createdMs));
  }

  get shards(): readonly Shard[] {
    return this.shardList;
  }

  /** Open shards in the order of their hash keys. */
  open(): Shard[] {
    return this.shardList
      .filter(({ closedMs }) => closedMs === null)
      .sort((left, right) => (left.start < right.start ? -1 : 1));
  }

  /** Replaces one shard by two; the second begins at `at`. */
  split({ index, start, end }: Shard, at: bigint): void {
    this.close(index);
    this.add(start, at - 1n, [index]);
    this.add(at, end, [index]);
  }

  /** Replaces two neighbouring shards by one. */
  merge(shard: Shard, adjacent: Shard): void {
    this.close(shard.index);
    this.close(adjacent.index);
    const [low, high] = shard.start < adjacent.start ? [shard, adjacent] : [adjacent, shard];
    this.add(low.start, high.end, [shard.index, adjacent.index]);
  }

  /** Splits and merges until `count` shards of equal ranges are open. */
  toEqual(count: number): void {
    const starts = equalStarts(count);
    for (const at of starts) {
      const holder = this.open().find(({ start, end }) => start < at && at <= end);
      if (holder) this.split(holder, at);
    }
    const within = (nth: number) =>
      this.open().filter(({ start }) => start >= starts[nth]! && (nth + 1 === count || start < starts[nth + 1]!));
    for (let nth = 0; nth < count; nth += 1) {
      for (let pieces = within(nth); pieces.length > 1; pieces = within(nth)) this.merge(pieces[0]!, pieces[1]!);
    }
  }

  private close(index: number): void {
    this.shardList[index] = { ...this.shardList[index]!, closedMs: this.nowMs };
  }

  private add(start: bigint, end: bigint, parents: readonly number[]): void {
    this.shardList.push({ index: this.shardList.length, start, end, createdMs: this.nowMs, parents, closedMs: null });
  }
}

/** Refuses an on-demand stream, and a stream that is not ACTIVE. @throws KinesisError */
export function checkReshardable({ streams, accountId }: Service, stream: Stream, operation: string): void {
  const status = streams.status(stream);
  if (status !== 'ACTIVE') {
    throw resourceInUse(`Stream ${stream.name} under account ${accountId} not ACTIVE, instead in state ${status}`);
  }
  if (stream.mode === 'ON_DEMAND') {
    throw validationError(
      `${operation} is not supported for stream ${stream.name} under account ${accountId}, which is in ON_DEMAND mode and counts its shards itself.`,
    );
  }
}

/** The open shard that a request names. @throws KinesisError ResourceNotFoundException or InvalidArgumentException */
export function openShard({ accountId }: Service, stream: Stream, shardId: string): Shard {
  const index = shardIndexOf(shardId);
  const shard = index === undefined ? undefined : stream.shards[index];
  const where = `in stream ${stream.name} under account ${accountId}`;
  if (shard === undefined) throw resourceNotFound(`Could not find shard ${shardId} ${where}.`);
  if (shard.closedMs === null) return shard;
  throw invalidArgument(
    `Shard ${shardIdOf(shard.index)} ${where} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}

/** Refuses `more` new open shards when the account's limit would be passed. @throws KinesisError LimitExceededException */
export function checkShardLimit({ streams, accountId, region }: Service, more: number): void {
  const present = streams.all().reduce((sum, { routes }) => sum + routes.open.length, 0);
  if (present + more <= STREAM_LIMITS.shardsPerAccount) return;
  throw limitExceeded(
    `This request would exceed the shard limit for the account ${accountId} in ${region}. ` +
      `Current shard count for the account: ${present}. Limit: ${STREAM_LIMITS.shardsPerAccount}. ` +
      `Number of additional shards that would have resulted from this request: ${more}. ` +
      'Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) ' +
      'for current limits and how to request higher limits.',
  );
}

/** Refuses a stream with more shards, open and closed, than the log can keep. @throws KinesisError LimitExceededException */
export function checkShardList(stream: Stream, { shards }: Resharding): void {
  if (shards.length <= STREAM_LIMITS.shardsPerAccount) return;
  throw limitExceeded(
    `Stream ${stream.name} would have ${shards.length} shards, closed ones counted; this local endpoint keeps at most ${STREAM_LIMITS.shardsPerAccount}.`,
  );
}
