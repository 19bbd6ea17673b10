import { DATASETS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import { HOPS, type Hop, type HopCounts, type HopId } from '../../serving/contract';
import { forEachDataset, type Pipeline, storedEver, waitingInStream } from '../pipeline';
import { forEachHop, type Rates } from './rates';

/** What only the observer knows, because no part keeps it. */
export interface Noted {
  /** Records that requests to the API have stored since the runtime started, and requests and records that it refused. */
  readonly api: Readonly<Record<Dataset, { readonly stored: number; readonly refused: number }>>;
  readonly underWay: number;
  readonly newestMs: Readonly<Record<HopId, number | null>>;
  /** Rows that the serving layer shows, as counted last. */
  readonly served: Readonly<Record<Dataset, number>>;
}

/** Records at each hop now. Nothing is computed for it but sums of what the parts keep. */
export function hopCounts(pipeline: Pipeline, { api, served }: Noted): Record<HopId, Record<Dataset, HopCounts>> {
  const { sink, environment } = pipeline;
  const written = sink.counts();
  const tallies = { batch: pipeline.tables.layer('batch').tally(), speed: pipeline.tables.layer('speed').tally() };
  const taken = (layer: Layer, dataset: Dataset) => {
    const { clean, quarantined, duplicates } = tallies[layer][dataset];
    return clean + quarantined + duplicates;
  };
  const stored = (layer: Layer, dataset: Dataset) => storedEver(pipeline, layer, dataset);
  const filed = (dataset: Dataset) => written[environment.names.topics[dataset]] ?? { written: 0, refused: 0 };
  const counts: Record<HopId, (dataset: Dataset) => HopCounts> = {
    api: (dataset) => ({ soFar: api[dataset].stored, waiting: 0, refused: api[dataset].refused }),
    topic: (dataset) => ({ soFar: stored('batch', dataset), waiting: 0, refused: 0 }),
    file: (dataset) => {
      const { written: soFar, refused } = filed(dataset);
      return { soFar, waiting: Math.max(0, stored('batch', dataset) - soFar - refused), refused };
    },
    batch: (dataset) => ({
      soFar: taken('batch', dataset),
      waiting: Math.max(0, filed(dataset).written - taken('batch', dataset)),
      refused: tallies.batch[dataset].quarantined,
    }),
    stream: (dataset) => ({ soFar: stored('speed', dataset), waiting: 0, refused: 0 }),
    speed: (dataset) => ({
      soFar: taken('speed', dataset),
      waiting: waitingInStream(pipeline, dataset),
      refused: tallies.speed[dataset].quarantined,
    }),
    serving: (dataset) => ({ soFar: served[dataset], waiting: 0, refused: 0 }),
  };
  return forEachHop((hop) => forEachDataset(counts[hop]));
}

export function hopsNow(pipeline: Pipeline, noted: Noted, rates: Rates): Hop[] {
  const counts = hopCounts(pipeline, noted);
  return HOPS.map((id) => {
    const all = total(counts[id]);
    // A post is seen when its pin is: the other two datasets are rows of the same post.
    const soFar = id === 'serving' ? counts.serving.pin.soFar : all.soFar;
    const waiting = id === 'api' ? noted.underWay : all.waiting;
    const perSecond = Math.round(rates.last(id));
    return { id, ...all, soFar, waiting, perSecond, byDataset: counts[id], newestMs: noted.newestMs[id] };
  });
}

export function total(byDataset: Readonly<Record<Dataset, HopCounts>>): HopCounts {
  const sum = (count: keyof HopCounts) => DATASETS.reduce((all, dataset) => all + byDataset[dataset][count], 0);
  return { soFar: sum('soFar'), waiting: sum('waiting'), refused: sum('refused') };
}
