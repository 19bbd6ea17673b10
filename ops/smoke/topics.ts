import type { Outputs } from '@pipeline/cli/outputs';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { z } from 'zod';
import type { Api } from './api';

/** Where each partition of each topic ends: the offset that the next record will get. */
export type TopicEnds = Readonly<Record<Dataset, ReadonlyMap<number, number>>>;

const partitions = z.array(z.object({ partition: z.int().min(0) })).min(1);
const offsets = z.object({ beginning_offset: z.int().min(0), end_offset: z.int().min(0) });

/** Where each partition of a topic begins and ends. */
export type Offsets = ReadonlyMap<number, { readonly begin: number; readonly end: number }>;

/** Asks the REST proxy, through the API, where the topics end. @throws Error that names request and answer */
export async function topicEnds(api: Api, topics: Outputs['topics']): Promise<TopicEnds> {
  const ends = await Promise.all(DATASETS.map((dataset) => endsOf(api, topics[dataset])));
  return Object.fromEntries(DATASETS.map((dataset, i) => [dataset, ends[i]])) as Record<Dataset, Map<number, number>>;
}

async function endsOf(api: Api, topic: string): Promise<Map<number, number>> {
  return new Map([...(await offsetsOf(api, topic))].map(([partition, { end }]) => [partition, end]));
}

/** Asks the REST proxy where the partitions of one topic begin and end. @throws Error that names request and answer */
export async function offsetsOf(api: Api, topic: string): Promise<Offsets> {
  const path = `topics/${encodeURIComponent(topic)}/partitions`;
  const numbers = checked(partitions, path, await api.get(path)).map(({ partition }) => partition);
  const found = new Map<number, { begin: number; end: number }>();
  for (const partition of numbers) {
    const one = `${path}/${partition}/offsets`;
    const { beginning_offset: begin, end_offset: end } = checked(offsets, one, await api.get(one));
    found.set(partition, { begin, end });
  }
  return found;
}

/** Records that a topic took between two looks. */
export function growth(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  return [...after].reduce((sum, [partition, end]) => sum + end - (before.get(partition) ?? 0), 0);
}

function checked<T>(schema: z.ZodType<T>, path: string, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new Error(`GET ${path} answered what the Kafka REST proxy never does: ${JSON.stringify(answer).slice(0, 200)}`);
}
