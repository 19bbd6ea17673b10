import { DATASETS, type Dataset } from '@pipeline/datasets/schema';

/** Where the records of one dataset are in one layer: `taken = clean + quarantined + duplicates`. */
export interface Counts {
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly quarantinedByReason: Readonly<Record<string, number>>;
  /** Clean rows by quality finding, such as `sentinel:title`; a row may have several. */
  readonly findings: Readonly<Record<string, number>>;
}

/** All records that were taken in. */
export const recordsIn = ({ clean, quarantined, duplicates }: Counts): number => clean + quarantined + duplicates;

export type Outcome = 'clean' | 'quarantined' | 'duplicate';

/** So many records more, or fewer, with this outcome. */
export interface Change {
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly findings: string;
  readonly records: number;
}

/** Counts of one dataset in one layer, kept by whoever takes records in, so that asking for them costs nothing. */
export class Tally {
  private clean = 0;
  private quarantined = 0;
  private duplicates = 0;
  private readonly reasons = new Map<string, number>();
  private readonly findings = new Map<string, number>();

  add(changes: readonly Change[]): void {
    for (const { outcome, reason, findings, records } of changes) {
      if (outcome === 'duplicate') this.duplicates += records;
      else if (outcome === 'quarantined') {
        this.quarantined += records;
        increase(this.reasons, reason ?? '', records);
      } else {
        this.clean += records;
        for (const word of findings.split(',')) if (word !== '') increase(this.findings, word, records);
      }
    }
  }

  get counts(): Counts {
    return {
      clean: this.clean,
      quarantined: this.quarantined,
      duplicates: this.duplicates,
      quarantinedByReason: Object.fromEntries(this.reasons),
      findings: Object.fromEntries(this.findings),
    };
  }
}

export type Tallies = Readonly<Record<Dataset, Tally>>;

export function newTallies(): Tallies {
  return Object.fromEntries(DATASETS.map((dataset) => [dataset, new Tally()])) as unknown as Tallies;
}

function increase(counts: Map<string, number>, word: string, by: number): void {
  const now = (counts.get(word) ?? 0) + by;
  if (now === 0) counts.delete(word);
  else counts.set(word, now);
}
