import { DATASETS, type Dataset, perDataset } from '../schema';
import type { Mistake, Replacement } from './mistake';

const everywhere = (of: (dataset: Dataset) => Replacement) => ({ clean: perDataset((dataset) => [of(dataset)]) });
const where = (condition: string) => everywhere(() => ['\nfrom ranked as k', `\nfrom ranked as k where ${condition}`]);
const LAST =
  'order by o.arrival_time_ms desc nulls last, o.arrival_order desc nulls last, o.arrival_partition desc nulls last';

/** Records that are counted more than once, or not at all. */
export const SAMPLES: readonly Mistake[] = [
  {
    id: 'repeats-kept',
    rule: 'R4',
    words: 'Records that came again are not dropped, and the joins multiply them.',
    ...everywhere(() => ["when k.nth = 1 then 'clean' else 'duplicate' end", "else 'clean' end"]),
  },
  {
    id: 'first-kept',
    rule: 'R4',
    words: 'Of several records of one key the first to arrive is kept, not the last.',
    ...everywhere(() => [LAST, LAST.replaceAll(' desc', '')]),
  },
  {
    id: 'partition-0-only',
    rule: 'R4',
    words: 'Only the files of partition 0 are read.',
    ...everywhere((dataset) => [
      `from raw_${dataset} as r`,
      `from raw_${dataset} as r where r.arrival_partition = '0'`,
    ]),
  },
  {
    id: 'sample-first-1000',
    rule: 'R4',
    words: 'Only the first thousand rows, keys 0 to 999, are there: the limit of a display, or of a first try.',
    ...where('k.ind < 1000'),
  },
  {
    id: 'sample-to-11000',
    rule: 'R4',
    words: 'Keys after 11,000 are not there: the stock script never draws the last 153 rows.',
    ...where('k.ind <= 11000'),
  },
];

/** Datasets that a mistake changes. */
export function changedBy(mistake: Mistake): readonly Dataset[] {
  return DATASETS.filter((dataset) => mistake.clean?.[dataset] !== undefined);
}
