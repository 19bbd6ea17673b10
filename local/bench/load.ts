import { syntheticPosts } from '@pipeline/datasets/synthetic';
import autocannon from 'autocannon';

/** One request to send over and over. */
export interface Shot {
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  readonly contentType: string;
  readonly body: Buffer;
  readonly records: number;
}

/** Text that a full answer to the shot contains; a request that was refused in part is no delivery. */
const COMPLETE = { POST: '"offsets":[{"partition"', PUT: '"S' };

/**
 * Records acknowledged per second, by `connections` connections that send as fast as they are answered.
 *
 * @throws Error when any request is refused or broken: a refusal is fast, and would look like speed.
 */
export async function recordsPerSecond(shot: Shot, connections = 16, seconds = 5): Promise<number> {
  const result = await autocannon({
    url: shot.url,
    method: shot.method,
    headers: { 'content-type': shot.contentType, accept: '*/*' },
    body: shot.body,
    connections,
    duration: seconds,
    verifyBody: (body) => String(body).includes(COMPLETE[shot.method]),
  });
  const bad = result.non2xx + result.errors + result.timeouts + result.mismatches;
  if (bad > 0)
    throw new Error(`${shot.method} ${shot.url}: ${bad} of ${result.requests.total} requests were not served`);
  return (result['2xx'] * shot.records) / result.duration;
}

const PINS = [...syntheticPosts({ seed: 100, posts: 500 })].map(({ records }) => records[0]!);

/** `count` pins of the synthetic source as a Kafka REST request. */
export function kafkaShot(apiUrl: string, topic: string, count: number): Shot {
  const records = PINS.slice(0, count).map(({ key, value }) => ({ key, value }));
  return {
    url: `${apiUrl}topics/${topic}`,
    method: 'POST',
    contentType: 'application/vnd.kafka.json.v2+json',
    body: Buffer.from(JSON.stringify({ records })),
    records: count,
  };
}

/** `count` pins as a request to `/record` or, from two on, `/records`. */
export function kinesisShot(apiUrl: string, stream: string, count: number): Shot {
  const records = PINS.slice(0, count).map(({ key, value }) => ({ data: value, 'partition-key': key }));
  const one = { StreamName: stream, Data: PINS[0]!.value, PartitionKey: PINS[0]!.key };
  return {
    url: `${apiUrl}streams/${stream}/${count === 1 ? 'record' : 'records'}`,
    method: 'PUT',
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(count === 1 ? one : { records })),
    records: count,
  };
}
