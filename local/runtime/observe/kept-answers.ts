import { readFileSync, writeFileSync } from 'node:fs';
import { renameOverSync } from '@pipeline/cli/rename-over';
import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { ViewAnswer, ViewLayer } from '../../serving/contract';

/** An answer as it was computed. */
export type Computed = Omit<ViewAnswer, 'stale'>;

/** An answer for the next process: with the question's text and what its layers held when it was computed. */
export interface KeptAnswer {
  readonly layer: ViewLayer;
  readonly view: string;
  readonly sql: string;
  readonly held: Readonly<Partial<Record<Layer, string>>>;
  readonly computed: Computed;
}

export interface Kept {
  readonly answers: readonly KeptAnswer[];
  /** Rows that the serving layer shows, as counted last. */
  readonly served?: {
    readonly held: Readonly<Record<Layer, string>>;
    readonly rows: Readonly<Record<Dataset, number>>;
  };
}

/** What changes often is written at most so often; after a sudden end, older answers are shown as what they are. */
const WRITE_EVERY_MS = 5_000;
const FORMAT = 1;

/** The answers as the data folder keeps them, so that a runtime which starts over many records shows them at once, with their age. */
export class KeptAnswers {
  private timer: NodeJS.Timeout | undefined;
  private newest: (() => Kept) | undefined;
  private stopped = false;

  constructor(
    private readonly file: string,
    /** Told of what cannot be written. */
    private readonly onError: (error: Error) => void,
  ) {}

  read(): Kept {
    try {
      const { format, ...kept } = JSON.parse(readFileSync(this.file, 'utf8')) as Kept & { format: number };
      if (format === FORMAT) return kept;
    } catch {
      // There is none, or it was cut short: everything is computed anew.
    }
    return { answers: [] };
  }

  /** Writes soon what `kept` gives then. */
  note(kept: () => Kept): void {
    if (this.stopped) return;
    this.newest = kept;
    this.timer ??= setTimeout(() => this.write(), WRITE_EVERY_MS).unref();
  }

  /** Writes now what is to be written. */
  stop(): void {
    this.stopped = true;
    if (this.timer) this.write();
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    try {
      writeFileSync(`${this.file}.tmp`, JSON.stringify({ format: FORMAT, ...this.newest!() }));
      renameOverSync(`${this.file}.tmp`, this.file);
    } catch (error) {
      this.onError(error as Error);
    }
  }
}
