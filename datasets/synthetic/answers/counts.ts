import { type Dataset, type Layer, perDataset } from '../../schema';
import type { ExpectedAnswers, ExpectedCounts, QuarantineReason } from '../contract';

/** What became of one dataset's records: those that passed, the keys among them, and the reasons of the rest. */
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

  /** The batch layer's sink refuses what is no JSON object; the speed layer has no sink and quarantines it. */
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
