import { isDeepStrictEqual } from 'node:util';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import type { ReplayRecord } from '@pipeline/emulator';
import { MARK_FIELD } from './marked-posts';

/** A row as it was read back at the other end. */
export interface Arrival {
  /** Where it came out: the stream or topic of this dataset. */
  readonly dataset: Dataset;
  readonly value: unknown;
  /** Key beside the row, where the place keeps one. */
  readonly key?: string;
}

/** Which of the records that were sent have come out at one place, and whether they are what was sent. */
export class Arrivals {
  private readonly missing = new Map<string, ReplayRecord>();
  private readonly arrived = new Map<Dataset, number>();
  private readonly changes = new Map<Dataset, string>();
  private readonly done: Promise<void>;
  private finish: () => void = () => undefined;

  constructor(sent: readonly ReplayRecord[]) {
    for (const record of sent) this.missing.set(markOf(record.value)!, record);
    for (const dataset of DATASETS) this.arrived.set(dataset, 0);
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
    if (this.missing.size === 0) this.finish();
  }

  /** Takes whatever came out. What carries no mark of this run, or came before, is passed over. */
  take({ dataset, value, key }: Arrival): void {
    const mark = markOf(value);
    const sent = mark === undefined ? undefined : this.missing.get(mark);
    if (sent === undefined) return;
    this.missing.delete(mark!);
    const problem = changeIn(sent, { dataset, value, key });
    if (problem === undefined) this.arrived.set(dataset, this.arrived.get(dataset)! + 1);
    else if (!this.changes.has(sent.dataset)) this.changes.set(sent.dataset, problem);
    if (this.missing.size === 0) this.finish();
  }

  /** Records that came out as they were sent. */
  of(dataset: Dataset): number {
    return this.arrived.get(dataset)!;
  }

  /** The first record that came out as another than it was sent, in words. */
  changed(dataset: Dataset): string | undefined {
    return this.changes.get(dataset);
  }

  get isComplete(): boolean {
    return this.missing.size === 0;
  }

  get total(): number {
    return [...this.arrived.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when everything has come out. */
  async whenComplete(): Promise<void> {
    await this.done;
  }
}

function markOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const mark = (value as Record<string, unknown>)[MARK_FIELD];
  return typeof mark === 'string' ? mark : undefined;
}

function changeIn(sent: ReplayRecord, { dataset, value, key }: Arrival): string | undefined {
  if (dataset !== sent.dataset) return `${sent.dataset} ${sent.key} came out as ${dataset}`;
  if (key !== undefined && key !== sent.key) return `${sent.dataset} ${sent.key} came out with key '${key}'`;
  if (isDeepStrictEqual(value, sent.value)) return undefined;
  return `${sent.dataset} ${sent.key} was sent as ${short(sent.value)} and came out as ${short(value)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
