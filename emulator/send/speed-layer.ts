import type { LayerProtocol } from './layer-protocol';
import { ALL_STORED, type Outcome, parsed, passesByItself, type RecordFailure, unreadable } from './outcome';

/** Kinesis by way of API Gateway: `PUT streams/{stream}/records`. A 200 can carry a failure for each record. */
export const speedLayerRecords: LayerProtocol = {
  method: 'PUT',
  contentType: 'application/json',
  accept: 'application/json',
  path: (stream) => `streams/${encodeURIComponent(stream)}/records`,
  body: (records) => {
    let text = '{"records":[';
    for (let i = 0; i < records.length; i++) {
      text += `${i === 0 ? '' : ','}{"data":${records[i]!.valueJson},"partition-key":${records[i]!.keyJson}}`;
    }
    return `${text}]}`;
  },
  readOutcome: (request, body, count) => readEntries(request, body, count),
};

/** One record per request: `PUT streams/{stream}/record`, the exercise's own form. */
export const speedLayerRecord: LayerProtocol = {
  method: 'PUT',
  contentType: 'application/json',
  accept: 'application/json',
  path: (stream) => `streams/${encodeURIComponent(stream)}/record`,
  body: ([record]) => `{"Data":${record!.valueJson},"PartitionKey":${record!.keyJson}}`,
  readOutcome: (request, body) => {
    const answer = parsed(body) as Entry | undefined | null;
    if (typeof answer?.SequenceNumber === 'string') return { kind: 'each', failures: ALL_STORED };
    return unreadable(request, body, 'a SequenceNumber');
  },
};

interface Entry {
  SequenceNumber?: string | null;
  ErrorCode?: string | null;
  ErrorMessage?: string | null;
}

function readEntries(request: string, body: string, count: number): Outcome {
  const answer = parsed(body) as { Records?: (Entry | null)[] } | undefined | null;
  const entries = answer?.Records;
  if (!Array.isArray(entries) || entries.length !== count) {
    return unreadable(request, body, `an entry for each of its ${count} records`);
  }
  let failures: (RecordFailure | undefined)[] | undefined;
  for (let i = 0; i < count; i++) {
    const entry = entries[i];
    if (typeof entry?.SequenceNumber === 'string' && !entry.ErrorCode) continue;
    const code = entry?.ErrorCode ?? '';
    failures ??= new Array<RecordFailure | undefined>(count).fill(undefined);
    failures[i] = {
      reason: `Kinesis ${code || 'no ErrorCode'}: ${entry?.ErrorMessage ?? 'no SequenceNumber'}`,
      retry: code === '' || passesByItself(code),
    };
  }
  return { kind: 'each', failures: failures ?? ALL_STORED };
}
