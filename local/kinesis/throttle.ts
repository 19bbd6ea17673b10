import { limitExceeded, throughputExceeded } from './errors';
import { CALL_RATES, SHARD_RATES } from './limits';
import { shardIdOf } from './shards';
import type { Stream } from './streams';

const WINDOW_MS = 1000;

/** Sums up the amounts of the last second, such as records or bytes. */
class LastSecond {
  private amounts: { readonly atMs: number; amount: number }[] = [];
  private sum = 0;

  total(nowMs: number): number {
    let past = 0;
    while (past < this.amounts.length && this.amounts[past]!.atMs <= nowMs - WINDOW_MS) {
      this.sum -= this.amounts[past]!.amount;
      past += 1;
    }
    if (past > 0) this.amounts = this.amounts.slice(past);
    return this.sum;
  }

  add(amount: number, nowMs: number): void {
    const last = this.amounts.at(-1);
    if (last?.atMs === nowMs) last.amount += amount;
    else this.amounts.push({ atMs: nowMs, amount });
    this.sum += amount;
  }
}

class ShardUse {
  readonly records = new LastSecond();
  readonly bytes = new LastSecond();
  readonly reads = new LastSecond();
  readonly bytesRead = new LastSecond();
  /** Until when the shard refuses reads, after one answer larger than its bytes for a second. */
  readsAgainAtMs = 0;
}

type CallName = keyof typeof CALL_RATES;

/** Limits of calls and of shards, over any second. Without `limits: 'aws'` it lets everything through. */
export class Throttle {
  private readonly enabled: boolean;
  private readonly now: () => number;
  private readonly accountId: string;
  private readonly calls = new Map<string, LastSecond>();
  private readonly shards = new Map<string, ShardUse>();

  constructor({
    isOn,
    now,
    accountId,
  }: { readonly isOn: boolean; readonly now: () => number; readonly accountId: string }) {
    this.enabled = isOn;
    this.now = now;
    this.accountId = accountId;
  }

  get isOn(): boolean {
    return this.enabled;
  }

  /**
   * Counts a call of the account.
   *
   * @throws KinesisError LimitExceededException
   */
  call(name: CallName, streamName?: string): void {
    if (this.takesCall(name, name)) return;
    const where = streamName === undefined ? 'account' : `stream ${streamName} under account`;
    throw limitExceeded(`Rate exceeded for ${where} ${this.accountId}.`);
  }

  /** Counts a ListShards, which is limited per stream. */
  listShards(stream: Stream): void {
    if (this.takesCall('ListShards', `ListShards ${stream.arn}`)) return;
    throw limitExceeded(`Rate exceeded for stream ${stream.name} under account ${this.accountId}.`);
  }

  /** Counts a GetShardIterator, which is limited per shard. @throws KinesisError ProvisionedThroughputExceededException */
  getShardIterator(stream: Stream, shardIndex: number): void {
    if (this.takesCall('GetShardIterator', `GetShardIterator ${stream.arn} ${shardIndex}`)) return;
    throw throughputExceeded(this.shardMessage(stream, shardIndex));
  }

  /** Whether the shard has room for a record of `bytes` now; if so, the record is counted. */
  takesRecord(stream: Stream, shardIndex: number, bytes: number): boolean {
    if (!this.enabled) return true;
    const nowMs = this.now();
    const use = this.use(stream, shardIndex);
    const inUse = use.bytes.total(nowMs);
    if (use.records.total(nowMs) >= SHARD_RATES.recordsWritten) return false;
    // A record larger than the limit of a second would never fit: an idle shard takes it.
    if (inUse > 0 && inUse + bytes > SHARD_RATES.bytesWritten) return false;
    use.records.add(1, nowMs);
    use.bytes.add(bytes, nowMs);
    return true;
  }

  /** Counts a GetRecords before it reads. @throws KinesisError ProvisionedThroughputExceededException */
  beginRead(stream: Stream, shardIndex: number): void {
    if (!this.enabled) return;
    const nowMs = this.now();
    const use = this.use(stream, shardIndex);
    const isSpent = use.reads.total(nowMs) >= SHARD_RATES.reads || use.bytesRead.total(nowMs) >= SHARD_RATES.bytesRead;
    if (isSpent || nowMs < use.readsAgainAtMs) {
      throw throughputExceeded(this.shardMessage(stream, shardIndex));
    }
    use.reads.add(1, nowMs);
  }

  /** Counts the bytes of a GetRecords answer. The largest answer, 10 MiB, stops the shard's reads for five seconds. */
  endRead(stream: Stream, shardIndex: number, bytes: number): void {
    if (!this.enabled) return;
    const nowMs = this.now();
    const use = this.use(stream, shardIndex);
    use.bytesRead.add(bytes, nowMs);
    use.readsAgainAtMs = nowMs + Math.floor(bytes / SHARD_RATES.bytesRead) * WINDOW_MS;
  }

  shardMessage(stream: Stream, shardIndex: number): string {
    return `Rate exceeded for shard ${shardIdOf(shardIndex)} in stream ${stream.name} under account ${this.accountId}.`;
  }

  private takesCall(name: CallName, key: string): boolean {
    if (!this.enabled) return true;
    const nowMs = this.now();
    const calls = this.calls.get(key) ?? new LastSecond();
    this.calls.set(key, calls);
    if (calls.total(nowMs) >= CALL_RATES[name]) return false;
    calls.add(1, nowMs);
    return true;
  }

  private use(stream: Stream, shardIndex: number): ShardUse {
    const key = `${stream.arn} ${stream.createdMs} ${shardIndex}`;
    const use = this.shards.get(key) ?? new ShardUse();
    this.shards.set(key, use);
    return use;
  }
}
