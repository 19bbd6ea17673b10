import { encodeBatch } from './batch';
import type { Store } from './store';
import type { PartitionState } from './topics';
import type { Appended, LogRecord } from './types';

/** Appends of one group to the same partition are stored in one batch, up to about this size. */
const MAX_BATCH_BYTES = 512 * 1024;

/** An append whose partition is known. */
export interface CheckedAppend {
  readonly state: PartitionState;
  readonly records: readonly LogRecord[];
  /** About how many bytes the append will take. */
  readonly size: number;
}

/** Appends and positions that are committed together. All records get one timestamp. */
export class AppendGroup {
  private readonly timestampMs: number;
  private readonly partitions = new Map<PartitionState, PartitionBatches>();
  private readonly positions = new Map<string, string>();
  private bytes = 0;

  constructor(timestampMs: number) {
    this.timestampMs = timestampMs;
  }

  /** About how many bytes the group takes. */
  get size(): number {
    return this.bytes;
  }

  /** Gives the records their offsets, after those of the group before. */
  add({ state, records, size }: CheckedAppend): Appended {
    const own = this.partitions.get(state) ?? new PartitionBatches(state.end);
    this.partitions.set(state, own);
    this.bytes += size;
    return { baseOffset: own.add(records, size), timestampMs: this.timestampMs };
  }

  setPosition(name: string, value: string): void {
    this.positions.set(name, value);
  }

  putInto(store: Store): void {
    for (const [{ topic, index }, { batches }] of this.partitions) {
      for (const { lists, lastOffset } of batches) {
        store.putBatch(topic.id, index, lastOffset, encodeBatch(lists, this.timestampMs));
      }
    }
    for (const [name, value] of this.positions) store.putFact(`position/${name}`, value);
  }

  /** To be called after the commit. Gives the partitions that got records. */
  apply(): PartitionState[] {
    const grown: PartitionState[] = [];
    for (const [state, { end }] of this.partitions) {
      if (end === state.end) continue;
      state.end = end;
      state.lastTimestampMs = this.timestampMs;
      grown.push(state);
    }
    return grown;
  }
}

/** The records of one partition in a group, cut into batches. */
class PartitionBatches {
  readonly batches: { readonly lists: (readonly LogRecord[])[]; lastOffset: number; size: number }[] = [];
  end: number;

  constructor(end: number) {
    this.end = end;
  }

  /** Takes records; gives the offset of the first. */
  add(records: readonly LogRecord[], size: number): number {
    const base = this.end;
    if (records.length === 0) return base;
    this.end += records.length;
    const last = this.batches.at(-1);
    if (last !== undefined && last.size + size <= MAX_BATCH_BYTES) {
      last.lists.push(records);
      last.lastOffset = this.end - 1;
      last.size += size;
    } else {
      this.batches.push({ lists: [records], lastOffset: this.end - 1, size });
    }
    return base;
  }
}
