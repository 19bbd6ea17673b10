import { nextRotation } from './local-time';
import type { Place } from './partition-path';
import type { SinkSettings } from './settings';

type Rules = Pick<SinkSettings, 'flushSize' | 'rotateIntervalMs' | 'rotateOnPartitionChange' | 'rotateSchedule'>;

/** Decides when to close the open files of a partition, all together. */
export class Rotation {
  private readonly rules: Rules;
  private recordCount = 0;
  private first: Place | undefined;
  private dueMs: number | undefined;

  constructor(rules: Rules) {
    this.rules = rules;
  }

  /** Whether the open files must be closed before a record for `place` is written. */
  isOverBefore({ encodedPartition, timestampMs }: Place): boolean {
    const { rotateIntervalMs, rotateOnPartitionChange } = this.rules;
    if (rotateIntervalMs === undefined || timestampMs === undefined || this.first?.timestampMs === undefined)
      return false;
    if (timestampMs - this.first.timestampMs >= rotateIntervalMs) return true;
    return rotateOnPartitionChange && encodedPartition !== this.first.encodedPartition;
  }

  /** To be called for each record written to a file at `place`. */
  count(place: Place, nowMs: number): void {
    const { rotateSchedule } = this.rules;
    if (this.recordCount === 0) {
      this.first = place;
      this.dueMs = rotateSchedule && nextRotation(nowMs, rotateSchedule);
    }
    this.recordCount += 1;
  }

  /** Number of records in open files. */
  get records(): number {
    return this.recordCount;
  }

  /** Whether the files are full. */
  get isFull(): boolean {
    return this.recordCount >= this.rules.flushSize;
  }

  /** When the wall clock closes the open files; undefined if none are open or it never does. */
  get scheduledMs(): number | undefined {
    return this.dueMs;
  }

  /** To be called when all files are closed. */
  reset(): void {
    this.recordCount = 0;
    this.first = undefined;
    this.dueMs = undefined;
  }
}
