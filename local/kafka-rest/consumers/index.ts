import type { TopicStore } from '../../topics';
import type { HttpRequest, HttpResponse } from '../../wire/http';
import { partitionNotFound } from '../errors';
import { embeddedType, FORMATS, V2_JSON } from '../media-types';
import type { Route } from '../router';
import type { Consumer } from './consumer';
import { parseConsumerConfig } from './consumer-config';
import { ConsumerGroups } from './groups';
import { RECORD_TYPES, readRecords } from './read';
import { parseOffsets, parsePartitions, parseSubscription, present } from './requests';

const TYPES = [V2_JSON, ...FORMATS.map(embeddedType)];
const INSTANCE = '/consumers/{group}/instances/{instance}';

/** What an endpoint of one consumer instance answers: a JSON text, or nothing. */
type Act = (consumer: Consumer, request: HttpRequest, accepted: string) => Promise<string | undefined>;

/** Consumer instances: made, subscribed or assigned, read, committed, removed. */
export function consumerRoutes({ log, now }: { readonly log: TopicStore; readonly now: () => number }): Route[] {
  const groups = new ConsumerGroups({ log, now });
  const route = (method: Route['method'], path: string, act: Act, produces: readonly string[] = TYPES): Route => ({
    method,
    path: `${INSTANCE}${path}`,
    consumes: TYPES,
    produces,
    handle: async (request, { group = '', instance = '' }, accepted) => {
      const consumer = await groups.find(group, instance);
      return answer(await act(consumer, request, accepted), accepted);
    },
  });

  return [
    {
      method: 'POST',
      path: '/consumers/{group}',
      consumes: TYPES,
      produces: TYPES,
      handle: async (request, { group = '' }, accepted) => {
        const config = parseConsumerConfig(request);
        await groups.create(group, config);
        const path = `/consumers/${encodeURIComponent(group)}/instances/${encodeURIComponent(config.name)}`;
        const baseUri = `http://${request.headers.host ?? 'localhost'}${path}`;
        return answer(JSON.stringify({ instance_id: config.name, base_uri: baseUri }), accepted);
      },
    },
    route('DELETE', '', async (consumer) => {
      await groups.remove(consumer);
      return undefined;
    }),

    route('POST', '/subscription', async (consumer, request) => {
      await groups.subscribe(consumer, parseSubscription(request));
      return undefined;
    }),
    route('GET', '/subscription', async (consumer) => JSON.stringify({ topics: groups.subscriptionOf(consumer) })),
    route('DELETE', '/subscription', async (consumer) => {
      await groups.unsubscribe(consumer);
      return undefined;
    }),

    route('POST', '/assignments', async (consumer, request) => {
      await groups.assign(consumer, present(parsePartitions(request), 'assign.arg3'));
      return undefined;
    }),
    route('GET', '/assignments', async (consumer) => JSON.stringify({ partitions: groups.assignmentOf(consumer) })),

    route(
      'GET',
      '/records',
      (consumer, { query }, accepted) => readRecords({ log, groups, now }, consumer, { query, accepted }),
      RECORD_TYPES,
    ),

    route('POST', '/offsets', async (consumer, request) => {
      const offsets = parseOffsets(request);
      if (offsets === undefined) await consumer.commitRead();
      // A commit names the last record that was read; the group goes on with the one after it.
      else await consumer.commitOffsets(offsets.map((place) => ({ ...place, offset: place.offset + 1 })));
      return '[]';
    }),
    route('GET', '/offsets', async (consumer, request) => {
      const partitions = parsePartitions(request);
      if (partitions === undefined) throw partitionNotFound();
      const offsets = [];
      for (const place of partitions) {
        const found = await groups.committed.find(consumer.group, place);
        if (found !== undefined) offsets.push({ ...place, ...found });
      }
      return JSON.stringify({ offsets });
    }),

    route('POST', '/positions', async (consumer, request) => {
      groups.seek(consumer, present(parseOffsets(request), 'seekToOffset.arg3'));
      return undefined;
    }),
    ...(['beginning', 'end'] as const).map((where) =>
      route('POST', `/positions/${where}`, async (consumer, request) => {
        const places = present(parsePartitions(request), `seekTo${where === 'end' ? 'End' : 'Beginning'}.arg3`);
        const offsetOf = (topic: string, partition: number) =>
          partition >= (log.topic(topic)?.partitions ?? 0)
            ? 0
            : where === 'end'
              ? log.endOffset(topic, partition)
              : log.beginningOffset(topic, partition);
        groups.seek(
          consumer,
          places.map(({ topic, partition }) => ({ topic, partition, offset: offsetOf(topic, partition) })),
        );
        return undefined;
      }),
    ),
  ];
}

function answer(text: string | undefined, type: string): HttpResponse {
  if (text === undefined) return { status: 204, headers: {}, body: '' };
  return { status: 200, headers: { 'content-type': type }, body: text };
}
