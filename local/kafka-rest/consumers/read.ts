import type { TopicStore } from '../../topics';
import { RestError, restError } from '../errors';
import { embeddedType, type Format, formatOf, V2_JSON } from '../media-types';
import type { Consumer } from './consumer';
import type { ConsumerGroups } from './groups';

/** Types that `GET …/records` answers with; the first is meant when nothing is asked for. */
export const RECORD_TYPES: readonly string[] = [
  embeddedType('binary'),
  V2_JSON,
  ...(['json', 'avro', 'jsonschema', 'protobuf'] as const).map(embeddedType),
];

/**
 * Records for a consumer, as a JSON array. Answers as soon as there are any, else when the time is over, with an empty array.
 *
 * @throws RestError 406 when the accepted type is not that of the consumer
 */
export async function readRecords(
  { log, groups, now }: { readonly log: TopicStore; readonly groups: ConsumerGroups; readonly now: () => number },
  consumer: Consumer,
  { query, accepted }: { readonly query: string; readonly accepted: string },
): Promise<string> {
  const format: Format = accepted === V2_JSON ? 'binary' : (formatOf(accepted) ?? 'binary');
  if (format !== consumer.config.format) {
    throw restError(
      'otherFormat',
      'The requested embedded data format does not match the deserializer for this consumer instance',
    );
  }
  if (consumer.subscription === undefined && consumer.assigned === undefined) {
    throw restError(
      'illegalState',
      'Illegal state: Consumer is not subscribed to any topics or assigned any partitions',
    );
  }
  const { requestTimeoutMs } = consumer.config;
  const timeout = numberIn(query, 'timeout');
  const waitMs = timeout > 0 ? Math.min(timeout, requestTimeoutMs) : requestTimeoutMs;
  const asked = numberIn(query, 'max_bytes');
  const maxBytes = asked > 0 ? asked : Number.POSITIVE_INFINITY;

  await groups.join(consumer);
  await consumer.commitIfDue(now());
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    const texts = await consumer.take(groups.assignmentOf(consumer), maxBytes);
    const leftMs = deadlineMs - performance.now();
    if (texts.length > 0 || leftMs <= 0) return `[${texts.join(',')}]`;
    await untilAppend(log, leftMs);
  }
}

/** A query parameter that is a whole number; -1 when it is not there. */
function numberIn(query: string, name: string): number {
  const text = new URLSearchParams(query).get(name);
  if (text === null || text === '') return -1;
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new RestError(404, 404, 'HTTP 404 Not Found');
}

function untilAppend(log: TopicStore, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const unsubscribe = log.onAppend(done);
    const timer = setTimeout(done, waitMs);
  });
}
