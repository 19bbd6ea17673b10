import { SCHEMAS } from '@pipeline/datasets/schema';
import { sharesStream } from '@pipeline/datasets/stream-keys';
import type { RouteAbout } from '../../serving/contract';
import type { DeclaredRoute } from '../../wire/declared-route';
import type { LocalEnvironment } from '../environment';

const JSON_V2 = 'application/vnd.kafka.json.v2+json';

/** A request that works in this run, for a route of the API. */
export function exampleOf({ verb, path }: DeclaredRoute, { names }: LocalEnvironment): RouteAbout['example'] {
  const stream = names.streams.geo;
  const key = sharesStream(names.streams) ? names.topics.geo : '1';
  const filled = path
    .replace('{stream-name}', stream)
    .replace('{proxy+}', `topics/${names.topics.geo}`)
    .replace('{proxy}', `topics/${names.topics.geo}`)
    .replace(/\{[^}]+\}/g, 'top_category_by_year');
  const row = SCHEMAS.geo.smallestRecord;
  const json = (body: unknown) => ({
    path: filled,
    contentType: 'application/json',
    body: JSON.stringify(body, null, 2),
  });
  if (path.includes('proxy'))
    return {
      path: filled,
      contentType: JSON_V2,
      body: JSON.stringify({ records: [{ key: '1', value: row }] }, null, 2),
    };
  if (path.endsWith('/record') && verb === 'PUT') return json({ StreamName: stream, PartitionKey: key, Data: row });
  if (path.endsWith('/records') && verb === 'PUT') return json({ records: [{ data: row, 'partition-key': key }] });
  if (verb === 'POST') return json({ ShardCount: 1 });
  return { path: filled, contentType: 'application/json', body: '' };
}
