import { type Dataset, type Layer, perDataset } from '../../schema';
import type { ExpectedAnswers, ExpectedCounts, QuarantineReason } from '../contract';

/** One dataset's records: how many passed, their keys, and the reasons of the quarantined records. */
class Tally {
  private passed = 0;
  private keys = 0;
  private readonly reasons = new Map<QuarantineReason, number>();

  notePassed(): void {
    this.passed++;
  }

  noteKey(): void {
    this.keys++;
  }

  noteQuarantined(reason: QuarantineReason): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  /** The batch layer's sink refuses a value that is not a JSON object; the speed layer has no sink and quarantines it. */
  in(layer: Layer): ExpectedCounts {
    const reasons = new Map(this.reasons);
    const refusedBySink = layer === 'batch' ? (reasons.get('not_json_object') ?? 0) : 0;
    if (layer === 'batch') reasons.delete('not_json_object');
    const quarantined = [...reasons.values()].reduce((sum, count) => sum + count, 0);
    return {
      read: refusedBySink + this.passed + quarantined,
      refusedBySink,
      clean: this.keys,
      quarantined,
      duplicates: this.passed - this.keys,
      quarantinedByReason: Object.fromEntries(reasons),
    };
  }
}

/** Counts records by dataset and verdict. */
export class RecordCounts {
  private readonly tallies = perDataset(() => new Tally());

  of(dataset: Dataset): Tally {
    return this.tallies[dataset];
  }

  counts(): ExpectedAnswers['counts'] {
    return { batch: this.in('batch'), speed: this.in('speed') };
  }

  private in(layer: Layer): Record<Dataset, ExpectedCounts> {
    return perDataset((dataset) => this.tallies[dataset].in(layer));
  }
}
