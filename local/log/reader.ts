import type { StoredBatch } from './batch';
import { LogDamagedError } from './errors';
import type { Store } from './store';
import type { PartitionState } from './topics';
import type { StoredRecord } from './types';

/** Reads committed records. */
export class Reader {
  private readonly folder: string;
  private readonly store: Store;

  constructor(folder: string, store: Store) {
    this.folder = folder;
    this.store = store;
  }

  /** As `Log.read`. @throws LogDamagedError when records are missing or differ from what was written */
  read(
    state: PartitionState,
    fromOffset: number,
    { maxRecords, maxBytes }: { readonly maxRecords: number; readonly maxBytes: number },
  ): StoredRecord[] {
    const records: StoredRecord[] = [];
    let next = Math.max(fromOffset, state.begin);
    if (next >= state.end || maxRecords <= 0) return records;
    let bytes = 0;
    for (const batch of this.batchesFrom(state, next)) {
      for (let index = next - batch.baseOffset; index < batch.count; index += 1) {
        const record = batch.record(index);
        bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
        if (bytes > maxBytes && records.length > 0) return records;
        records.push(record);
        if (records.length === maxRecords) return records;
      }
      next = batch.lastOffset + 1;
    }
    return records;
  }

  /** As `Log.offsetForTime`. Times never go back within a partition, so it is a binary search. */
  offsetForTime(state: PartitionState, timestampMs: number): number {
    let low = state.begin;
    let high = state.end;
    while (low < high) {
      const batch = this.batchAt(state, Math.floor((low + high) / 2));
      if (batch.timestampMs >= timestampMs) high = Math.min(high, batch.baseOffset);
      else low = batch.lastOffset + 1;
    }
    return Math.max(low, state.begin);
  }

  /** The batches that hold the offsets from `from` to the committed end, each following the one before. */
  private *batchesFrom(state: PartitionState, from: number): Generator<StoredBatch> {
    let next = from;
    const { lastRead } = state;
    if (lastRead !== undefined && lastRead.baseOffset <= from && from <= lastRead.lastOffset) {
      yield lastRead;
      next = lastRead.lastOffset + 1;
    }
    if (next >= state.end) return;
    for (const batch of this.store.batchesFrom(state.topic.id, state.index, next)) {
      if (batch.baseOffset > next) throw this.missing(state, next, batch.baseOffset);
      state.lastRead = batch;
      yield batch;
      next = batch.lastOffset + 1;
      if (next >= state.end) return;
    }
    throw this.missing(state, next, state.end);
  }

  private batchAt(state: PartitionState, offset: number): StoredBatch {
    for (const batch of this.batchesFrom(state, offset)) return batch;
    throw this.missing(state, offset, state.end);
  }

  private missing({ topic, index }: PartitionState, from: number, to: number): LogDamagedError {
    return new LogDamagedError(
      `${this.folder}: topic ${topic.name} partition ${index} lacks offsets ${from} to ${to - 1}; the log is damaged, start again with an empty folder`,
    );
  }
}
