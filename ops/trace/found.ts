import type { Trace, TracedRecord } from '../../local/serving/contract';

/** What was found of a post. Away from the laptop a stream's records have sequence numbers alone. */
export interface FoundPost extends Omit<Trace, 'records' | 'served'> {
  readonly records: readonly FoundRecord[];
  /** Null where nobody can tell which record answers rest on. */
  readonly served: Trace['served'] | null;
}

export interface FoundRecord extends Omit<TracedRecord, 'offset' | 'outcome'> {
  readonly offset: number | null;
  /** `unknown` where nobody can say what cleaning made of it. */
  readonly outcome: TracedRecord['outcome'] | 'unknown';
}
