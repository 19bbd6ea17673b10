import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { Cell, ViewLayer, ViewResult } from './answers';

/** The source whose right answers are known: a seed, a size, and whether dirt was injected. */
export interface KnownSource {
  readonly seed: number;
  readonly posts: number;
  readonly hardMode: boolean;
}

/** Records of one dataset in one layer that are not the source's: its key is no other's, or cleaning makes another row of them. */
export interface Others {
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly records: number;
  /** The first of them to arrive. */
  readonly first: { readonly key: number; readonly arrivedMs: number };
}

/** All records that are not the source's, over layers and datasets, and the first of them to arrive. */
export interface OthersFound {
  readonly records: number;
  readonly first: {
    readonly layer: Layer;
    readonly dataset: Dataset;
    readonly key: number;
    readonly arrivedMs: number;
  };
}

/** One answer as it is over the source's records, and as it should be; `right` is null where nobody has written the right answer. */
export interface Judged {
  readonly answer: ViewResult;
  readonly right: { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] } | null;
}

/** What others' records changed in one answer. */
export interface Changed {
  readonly view: string;
  readonly layer: ViewLayer;
  /** Rows that are in only one of the two answers, the one with others' records and the one without. */
  readonly rows: number;
}

/** `GET /judgement`: the answers judged by what arrived of a known source, in each layer. */
export interface Judgement {
  readonly source: KnownSource;
  /** Keys of the source that arrived as good records. */
  readonly arrived: Readonly<Record<ViewLayer, Readonly<Record<Dataset, number>>>>;
  /** Records that are not the source's; they are named, and the answers are judged without them. */
  readonly others: readonly Others[];
  readonly views: Readonly<Record<string, Readonly<Record<ViewLayer, Judged>>>>;
  readonly changedByOthers: readonly Changed[];
}
