import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { TracedRecord, TraceStep } from '../../local/serving/contract';

/** Whether a text holds a row of the post: told by the digits that are there, so that large keys are no matter. */
export function holdsKey(text: string, key: string): boolean {
  if (!/^-?\d+$/.test(key)) return false;
  return new RegExp(`"(?:index|ind)"\\s*:\\s*"?${key}"?\\s*[,}]`).test(text);
}

export interface Seen {
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly log: string;
  readonly partition: number;
  readonly offset: number | null;
  readonly sequenceNumber: string | null;
  readonly storedMs: number | null;
  readonly stored: string;
  /** Where in the lake; undefined for a stream. */
  readonly filed?: string;
}

/** A record that was seen at one place: whatever comes later nobody here can tell. */
export function seenRecord({ stored, storedMs, filed, ...place }: Seen): TracedRecord {
  const step = (name: TraceStep['step'], state: TraceStep['state'], words: string, atMs: number | null = null) => ({
    step: name,
    state,
    atMs,
    words,
    dueMs: null,
    canClose: false,
  });
  return {
    ...place,
    requestId: null,
    steps: [
      step('sent', 'unknown', 'nobody remembers the request'),
      step('stored', 'done', stored, storedMs),
      ...(filed === undefined ? [] : [step('filed', 'done', filed)]),
      step('cleaned', 'unknown', 'cannot be seen from here'),
      step('visible', 'unknown', 'cannot be seen from here'),
    ],
    outcome: 'unknown',
    why: null,
  };
}
