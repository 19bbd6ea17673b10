import type { TopicStore } from '../topics';
import type { HttpRequest, HttpResponse } from '../wire/http';
import { consumerRoutes } from './consumers';
import { httpError, RestError } from './errors';
import { embeddedType, FORMATS, V2_JSON } from './media-types';
import { Metadata } from './metadata';
import { produce } from './produce';
import { type Route, Router } from './router';

export { withCors } from './cors';
export interface KafkaRestOptions {
  readonly log: TopicStore;
  /** From 0 up to 1; chooses the partition of keyless requests. @default Math.random */
  readonly random?: () => number;
  /** Clock in ms, for consumers that nobody uses any more. @default Date.now */
  readonly now?: () => number;
  /** Takes one line about each answer of 500 that was not the sender's fault. @default to stderr */
  readonly tell?: (line: string) => void;
}

export interface KafkaRest {
  /** Answers one request. Never rejects. */
  handle(request: HttpRequest): Promise<HttpResponse>;
}

/** Confluent's REST Proxy, API v2, over a log: metadata, produce (`json` and `binary`), consumers. */
export function kafkaRest({
  log,
  random = Math.random,
  now = Date.now,
  tell = (line) => process.stderr.write(`${line}\n`),
}: KafkaRestOptions): KafkaRest {
  const metadata = new Metadata(log);
  const router = new Router([
    ...metadataRoutes(metadata),
    ...produceRoutes({ log, random }),
    ...consumerRoutes({ log, now }),
  ]);
  return {
    handle: (request) =>
      router.handle(request).catch((error: unknown) => {
        tell(`Kafka REST ${request.method} ${request.path}: ${error instanceof Error ? error.message : String(error)}`);
        return router.failed(new RestError(500, 500, 'Internal Server Error'));
      }),
  };
}

function metadataRoutes(metadata: Metadata): Route[] {
  const get = (path: string, handle: Route['handle']): Route => ({ method: 'GET', path, produces: [V2_JSON], handle });
  const empty = () => ({ status: 200, headers: { 'content-type': V2_JSON }, body: '{}' });
  return [
    get('/', empty),
    { method: 'POST', path: '/', consumes: [V2_JSON], produces: [V2_JSON], handle: empty },
    get('/brokers', () => metadata.brokers()),
    get('/topics', () => metadata.topics()),
    get('/topics/{topic}', (_, { topic = '' }) => metadata.topic(topic)),
    get('/topics/{topic}/partitions', (_, { topic = '' }) => metadata.partitions(topic)),
    get('/topics/{topic}/partitions/{partition}', (_, { topic = '', partition = '' }) =>
      metadata.partition(topic, partitionIn(partition)),
    ),
    get('/topics/{topic}/partitions/{partition}/offsets', (_, { topic = '', partition = '' }) =>
      metadata.offsets(topic, partitionIn(partition)),
    ),
  ];
}

function produceRoutes(dependencies: { readonly log: TopicStore; readonly random: () => number }): Route[] {
  const post = (path: string, handle: Route['handle']): Route => ({
    method: 'POST',
    path,
    consumes: FORMATS.map(embeddedType),
    produces: [V2_JSON],
    handle,
  });
  return [
    post('/topics/{topic}', (request, { topic = '' }) =>
      produce(dependencies, request, { topic, pathPartition: undefined }),
    ),
    post('/topics/{topic}/partitions/{partition}', (request, { topic = '', partition = '' }) =>
      produce(dependencies, request, { topic, pathPartition: partitionIn(partition) }),
    ),
  ];
}

/** A path's partition; what is no integer is no path of ours. */
function partitionIn(text: string): number {
  if (/^[+-]?\d{1,10}$/.test(text)) return Number(text);
  throw httpError(404, 'Not Found');
}
