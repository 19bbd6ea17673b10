import type { LayerProtocol } from './layer-protocol';
import { ALL_STORED, type Outcome, parsed, type RecordFailure, unreadable } from './outcome';

/** Kafka REST proxy v2: `POST topics/{topic}`. A 200 can carry a failure for each record. */
export const batchLayer: LayerProtocol = {
  method: 'POST',
  contentType: 'application/vnd.kafka.json.v2+json',
  accept: 'application/vnd.kafka.v2+json',
  path: (topic) => `topics/${encodeURIComponent(topic)}`,
  body: (records) => {
    let text = '{"records":[';
    for (let i = 0; i < records.length; i++) {
      text += `${i === 0 ? '' : ','}{"key":${records[i]!.keyJson},"value":${records[i]!.valueJson}}`;
    }
    return `${text}]}`;
  },
  readOutcome: (request, body, count) => readOffsets(request, body, count),
};

interface OffsetEntry {
  offset?: number | null;
  error_code?: number | null;
  error?: string | null;
}

function readOffsets(request: string, body: string, count: number): Outcome {
  const answer = parsed(body) as { offsets?: (OffsetEntry | null)[] } | undefined | null;
  const offsets = answer?.offsets;
  if (!Array.isArray(offsets) || offsets.length !== count) {
    return unreadable(request, body, `an offset for each of its ${count} records`);
  }
  let failures: (RecordFailure | undefined)[] | undefined;
  for (let i = 0; i < count; i++) {
    const entry = offsets[i];
    if (typeof entry?.offset === 'number' && (entry.error_code ?? null) === null) continue;
    failures ??= new Array<RecordFailure | undefined>(count).fill(undefined);
    failures[i] = {
      reason: `Kafka ${entry?.error_code ?? 'no error_code'}: ${entry?.error ?? 'no offset'}`,
      retry: isRetriable(entry?.error_code ?? undefined),
    };
  }
  return { kind: 'each', failures: failures ?? ALL_STORED };
}

/** 50003 is Kafka's "retriable", 50002 its "any other"; 40101 and 40301 are authentication and authorization. */
function isRetriable(code: number | undefined): boolean {
  return code === undefined || (code >= 500 && code < 600) || (code >= 50_000 && code !== 50_002);
}
