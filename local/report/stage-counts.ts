import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';

/** Records of one dataset in one layer, stage by stage: `stored = clean + quarantined + duplicates + refusedBySink`. */
export interface StageCounts {
  /** Records in the topic, or in the stream. */
  readonly stored: number;
  /** Records that the sink sent to the dead-letter topic; the speed layer has no sink. */
  readonly refusedBySink: number;
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly quarantinedByReason: Readonly<Record<string, number>>;
}

export type AllStageCounts = Readonly<Record<Layer, Readonly<Record<Dataset, StageCounts>>>>;

/** Whether no record has come in yet. */
export function holdsNothing(counts: AllStageCounts): boolean {
  return LAYERS.every((layer) => DATASETS.every((dataset) => counts[layer][dataset].stored === 0));
}

/** Where records of a stage are counted. */
export interface Counted {
  readonly storedIn: (layer: Layer, dataset: Dataset) => number;
  readonly refusedBySink: (dataset: Dataset) => number;
  readonly cleanedIn: (layer: Layer) => Promise<
    Readonly<
      Record<
        Dataset,
        {
          readonly clean: number;
          readonly quarantined: number;
          readonly duplicates: number;
          readonly quarantinedByReason: Readonly<Record<string, number>>;
        }
      >
    >
  >;
}

export async function stageCounts({ storedIn, refusedBySink, cleanedIn }: Counted): Promise<AllStageCounts> {
  const layer = async (name: Layer) => {
    const cleaned = await cleanedIn(name);
    const ofDataset = (dataset: Dataset): StageCounts => {
      const { clean, quarantined, duplicates, quarantinedByReason } = cleaned[dataset];
      return {
        stored: storedIn(name, dataset),
        refusedBySink: name === 'batch' ? refusedBySink(dataset) : 0,
        clean,
        quarantined,
        duplicates,
        quarantinedByReason,
      };
    };
    return Object.fromEntries(DATASETS.map((dataset) => [dataset, ofDataset(dataset)])) as Record<Dataset, StageCounts>;
  };
  return { batch: await layer('batch'), speed: await layer('speed') };
}
