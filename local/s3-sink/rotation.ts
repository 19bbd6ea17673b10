import { nextRotation } from './local-time';
import type { Place } from './partition-path';
import type { SinkSettings } from './settings';

type Rules = Pick<SinkSettings, 'flushSize' | 'rotateIntervalMs' | 'rotateOnPartitionChange' | 'rotateSchedule'>;

/** Says when the open files of a partition are to be closed, all together. */
export class Rotation {
  private readonly rules: Rules;
  private recordCount = 0;
  private first: Place | undefined;
  private dueMs: number | undefined;

  constructor(rules: Rules) {
    this.rules = rules;
  }

  /** Whether a record that belongs to `place` comes too late for the files that are open. */
  isOverBefore({ encodedPartition, timestampMs }: Place): boolean {
    const { rotateIntervalMs, rotateOnPartitionChange } = this.rules;
    if (rotateIntervalMs === undefined || timestampMs === undefined || this.first?.timestampMs === undefined)
      return false;
    if (timestampMs - this.first.timestampMs >= rotateIntervalMs) return true;
    return rotateOnPartitionChange && encodedPartition !== this.first.encodedPartition;
  }

  /** A record went into a file at `place`. */
  count(place: Place, nowMs: number): void {
    const { rotateSchedule } = this.rules;
    if (this.recordCount === 0) {
      this.first = place;
      this.dueMs = rotateSchedule && nextRotation(nowMs, rotateSchedule);
    }
    this.recordCount += 1;
  }

  /** Records in open files. */
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

  /** No file is open any more. */
  reset(): void {
    this.recordCount = 0;
    this.first = undefined;
    this.dueMs = undefined;
  }
}
