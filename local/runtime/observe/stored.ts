import type { ObservedRequest } from '../../gateway';
import { parseSequenceNumber } from '../../kinesis';

/** Records that one request stored in one partition, at consecutive offsets. */
export interface StoredRange {
  readonly log: string;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
}

export interface Stored {
  readonly ranges: readonly StoredRange[];
  /** Records of the request that were refused one by one. */
  readonly failed: number;
}

interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** What a request stored, read from the backend's answer. */
export function storedBy(observed: Pick<ObservedRequest, 'backend' | 'path' | 'parameters'>): Stored {
  const { backend, path, parameters } = observed;
  if (backend === undefined || backend.response.status >= 300) return { ranges: [], failed: 0 };
  const answer = parsed(backend.response.body);
  const topic = /\/topics\/([^/]+)/.exec(path)?.[1];
  if (topic !== undefined && Array.isArray(answer?.offsets)) {
    const places = answer.offsets.map(({ partition, offset, error_code }: Record<string, unknown>) =>
      error_code === null || error_code === undefined
        ? { partition: Number(partition), offset: Number(offset) }
        : undefined,
    );
    return inRanges(decodeURIComponent(topic), places);
  }
  const results = Array.isArray(answer?.Records) ? answer.Records : [answer];
  const isPut = results.some((result) => typeof result?.ShardId === 'string' || typeof result?.ErrorCode === 'string');
  const stream = parameters['stream-name'] ?? /"StreamName"\s*:\s*"([^"]+)"/.exec(backend.sent.toString('utf8'))?.[1];
  if (!isPut || stream === undefined) return { ranges: [], failed: 0 };
  return inRanges(
    stream,
    results.map(({ SequenceNumber: number }) => {
      const parts = typeof number === 'string' ? parseSequenceNumber(number) : undefined;
      return parts && { partition: parts.shardIndex, offset: parts.offset };
    }),
  );
}

function parsed(body: Buffer | string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function inRanges(log: string, places: readonly (Place | undefined)[]): Stored {
  const stored = places.filter((place) => place !== undefined);
  const ranges: { log: string; partition: number; first: number; last: number }[] = [];
  for (const { partition, offset } of stored.sort((a, b) => a.partition - b.partition || a.offset - b.offset)) {
    const last = ranges.at(-1);
    if (last?.partition === partition && last.last + 1 === offset) last.last = offset;
    else ranges.push({ log, partition, first: offset, last: offset });
  }
  return { ranges, failed: places.length - stored.length };
}
