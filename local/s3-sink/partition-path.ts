import type { StoredRecord } from '../log';
import type { Line } from './lines';
import { toLocalMs } from './local-time';
import { parsePathFormat } from './path-format';
import type { Refusal } from './refusal';
import type { InsertedField, Partitioner, SinkSettings } from './settings';

/** The folder of a record's file below its topic, and the time that decides the folder and the rotation. */
export interface Place {
  readonly encodedPartition: string;
  /** Undefined unless the partitioner uses a time. */
  readonly timestampMs: number | undefined;
}

export type ToPlace = (record: StoredRecord, line: Line, partition: number) => Place | Refusal;

export function placer(
  { partitioner, inserted }: Pick<SinkSettings, 'partitioner' | 'inserted'>,
  now: () => number,
): ToPlace {
  if (partitioner.kind === 'default') {
    return (_record, _line, partition) => ({ encodedPartition: `partition=${partition}`, timestampMs: undefined });
  }
  const format = parsePathFormat(partitioner.pathFormat);
  const { durationMs, timezone } = partitioner;
  const timestampOf = extractor(partitioner, inserted, now);
  return (record, line, partition) => {
    const timestampMs = timestampOf(record, line, partition);
    if (timestampMs === undefined) {
      return { stage: 'TASK_PUT', message: 'Error extracting timestamp from record field: no usable value in it' };
    }
    const localMs = toLocalMs(timestampMs, timezone);
    return { encodedPartition: format(Math.floor(localMs / durationMs) * durationMs), timestampMs };
  };
}

type TimestampOf = (record: StoredRecord, line: Line, partition: number) => number | undefined;

function extractor(
  { extractor: { kind, ...rest } }: Extract<Partitioner, { kind: 'time' }>,
  inserted: readonly InsertedField[],
  now: () => number,
): TimestampOf {
  if (kind === 'wallclock') return () => now();
  if (kind === 'record') return (record) => record.timestampMs;
  const field = (rest as { readonly field: string }).field;
  const own = inserted.find((candidate) => candidate.field === field)?.value;
  return (record, { value }, partition) => {
    if (own === 'timestamp') return record.timestampMs;
    if (own === 'offset') return record.offset;
    if (own === 'partition') return partition;
    const node = field.split('.').reduce((within, name) => within?.get(name), value);
    if (node === undefined) return undefined;
    if (node.kind === 'number') return inRange(Math.trunc(Number(node.text)));
    if (node.kind !== 'string') return undefined;
    return inRange(/^-?\d+$/.test(node.text) ? Number(node.text) : parseIso(node.text));
  };
}

/** ISO 8601; a time without an offset is UTC. */
function parseIso(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return Number.NaN;
  return Date.parse(/T/.test(text) && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text);
}

/** Undefined for a time outside the dates that JavaScript can represent. */
function inRange(ms: number): number | undefined {
  return Math.abs(ms) <= 8.64e15 ? ms : undefined;
}
