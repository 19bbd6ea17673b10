import type { Dataset, Layer, Picture } from '@pipeline/datasets/schema';
import type { OthersFound } from './judgement';

export type ViewLayer = Layer | 'serving';

/** A cell of an answer. Whole numbers beyond 2^53 are text, times ISO 8601 text in UTC. */
export type Cell = string | number | null | readonly Cell[];

/** The answer to one question in one layer. */
export interface ViewResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** `GET /views/{view}`. A stale answer is given at once, and computed anew for whoever asks next. */
export interface ViewAnswer extends ViewResult {
  readonly view: string;
  readonly layer: ViewLayer;
  /** Arrival of the newest record that the answer rests on, ISO 8601; null when it rests on none. */
  readonly asOf: string | null;
  /** When it was computed, ISO 8601. */
  readonly computedAt: string;
  /** Whether records have been taken in since it was computed. */
  readonly stale: boolean;
  /** Version of each layer that it was computed from, as in `Live.layers`. */
  readonly versions: Readonly<Partial<Record<Layer, number>>>;
  /** Clean records of each dataset that the question could see; null where nobody counts them. */
  readonly restsOn: Readonly<Record<Dataset, number>> | null;
}

export type { Picture };

/** One entry of `GET /views`. */
export interface ViewListing {
  readonly name: string;
  /** What one row of the answer is. */
  readonly grain: string;
  readonly layers: readonly ViewLayer[];
  /** The question in the exercise's words. */
  readonly question: string;
  readonly picture: Picture;
  /** The view whose question this one answers by post rather than by person; null for the exercise's own. */
  readonly companionOf: string | null;
  /** False where nobody has written the right answer, so that no layer's can be compared with it. */
  readonly rightAnswerKnown: boolean;
}

/** `GET /views/{view}/about`. */
export interface ViewAbout extends ViewListing {
  readonly sql: string;
  /** Clean columns that the question reads, as `pin.category`. */
  readonly reads: readonly string[];
}

/** `GET /views/{view}/expected`: the right answer for the posts that have arrived in that layer. */
export type ExpectedAnswer =
  | {
      readonly known: true;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
      /** The answer over the source's records alone, which is what the right one is for; null where the source has come whole, and nothing else. */
      readonly judged: { readonly answer: ViewResult; readonly others: OthersFound | null } | null;
    }
  | { readonly known: false; readonly why: string };
