import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { EndpointName } from '.';

/** A place that cannot be looked at, and why. */
export interface NotLooked {
  readonly where: string;
  readonly why: string;
}

/** `GET /about`: which pipeline this is, and what can be asked of it here. */
export interface About {
  readonly env: string;
  /** Whether `GET /events` tells what happens. */
  readonly live: boolean;
  /** The endpoints that answer; the others say 404. */
  readonly endpoints: readonly EndpointName[];
  /** What nobody can see from here. */
  readonly notLooked: readonly NotLooked[];
}

/** Records of one dataset in one layer, as the index of the answers counts them. */
export interface Fates {
  readonly read: number;
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicates: number;
}

/** What the answers of a deployed pipeline rest on. */
export interface AnswersState {
  /** ISO 8601. */
  readonly asOf: string;
  readonly counts: Readonly<Record<Layer, Readonly<Record<Dataset, Fates>>>>;
}

/** `GET /environment`: a deployed pipeline as it can be seen from outside. What could not be asked is null, and `…Why` says why. */
export interface EnvironmentNow {
  readonly nowMs: number;
  readonly apiUrl: string;
  readonly region: string;
  readonly auth: 'none' | 'iam';
  readonly lake: string | null;
  readonly answers: AnswersState | null;
  readonly answersWhy: string | null;
  /** Records that each topic has taken, told by where its partitions end. */
  readonly topics: Readonly<Record<Dataset, { readonly name: string; readonly records: number }>> | null;
  readonly topicsWhy: string | null;
}
