import type { Outputs } from '@pipeline/cli/outputs';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { dictionary } from '../../local/runtime/browse/dictionary';
import type { Handlers } from '../../local/serving';
import type { EnvironmentNow, LogAbout, NotLooked, Trace } from '../../local/serving/contract';
import { Api } from '../smoke/api';
import { type Lake, openLake } from '../smoke/lake';
import { type Offsets, offsetsOf } from '../smoke/topics';
import { cloudTrace, neverLooked } from '../trace/cloud-trace';
import { asked, CloudAnswers } from './answers';
import { LISTED_RECORDS, lakeHandlers } from './lake-files';

export interface ConsoleOptions {
  readonly outputs: Outputs;
  /** Newest files of the lake to read in each partition when a post is looked for. */
  readonly files: number;
  /** Seconds that reading the streams may take then. */
  readonly waitSeconds: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The endpoints that can be answered of a deployed environment from outside: nothing here writes. */
export function environmentHandlers(options: ConsoleOptions): Partial<Handlers> {
  const { outputs } = options;
  const api = new Api(outputs);
  const answers = new CloudAnswers(api);
  const offsets = (topic: string) => asked(offsetsOf(api, topic));
  const { lake } = outputs;
  const opened = once(() => openLake(outputs));
  return {
    ...answers.handlers(),
    ...(lake && lakeHandlers(opened, outputs.topics, offsets)),
    environment: () => environmentNow(outputs, answers, offsets),
    logs: () =>
      Promise.all(
        DATASETS.map(async (dataset) => topicAbout(outputs, dataset, await offsets(outputs.topics[dataset]))),
      ),
    trace: sharedTrace((key) => cloudTrace({ ...options, key })),
    dictionary: async () => dictionary(),
  };
}

/** What nobody can see of an environment from outside, with why. */
export function notSeen(outputs: Outputs): NotLooked[] {
  const { lake, streams } = outputs;
  return [
    ...neverLooked(outputs),
    {
      where: `the streams ${Object.values(streams).join(', ')}, record by record`,
      why: 'they are read for one key, on the page of a post',
    },
    lake === undefined
      ? { where: 'the lake', why: `outputs/${outputs.env}.json does not say where it is; deploy again` }
      : {
          where: 'older files of the lake',
          why: `the list holds those that begin in the last ${LISTED_RECORDS.toLocaleString('en-US')} records of a partition`,
        },
    {
      where: 'what happens this second',
      why: 'nothing tells it outside of the environment; its dashboard in CloudWatch shows rates and delays',
    },
  ];
}

async function environmentNow(
  { apiUrl, region, auth, lake, topics }: Outputs,
  answers: CloudAnswers,
  offsets: (topic: string) => Promise<Offsets>,
): Promise<EnvironmentNow> {
  const records = async (dataset: Dataset) =>
    [...(await offsets(topics[dataset])).values()].reduce((all, { end }) => all + end, 0);
  const [state, counted] = await Promise.all([
    orWhy(async () => (await answers.state()) ?? null),
    orWhy(async () => {
      const all = await Promise.all(
        DATASETS.map(async (dataset) => [dataset, { name: topics[dataset], records: await records(dataset) }] as const),
      );
      return Object.fromEntries(all) as NonNullable<EnvironmentNow['topics']>;
    }),
  ]);
  return {
    nowMs: Date.now(),
    apiUrl,
    region,
    auth,
    lake: lake?.url ?? null,
    answers: state.value,
    answersWhy: state.value === null ? (state.why ?? (await answers.whyNone())) : null,
    topics: counted.value,
    topicsWhy: counted.why,
  };
}

async function orWhy<T>(ask: () => Promise<T>): Promise<{ readonly value: T | null; readonly why: string | null }> {
  try {
    return { value: await ask(), why: null };
  } catch (error) {
    return { value: null, why: (error as Error).message };
  }
}

function topicAbout({ topics }: Outputs, dataset: Dataset, offsets: Offsets): LogAbout {
  const partitions = [...offsets].map(([partition, { begin, end }]) => ({
    partition,
    shard: null,
    begin,
    end,
    oldestMs: null,
    newestMs: null,
  }));
  return { name: topics[dataset], kind: 'topic', dataset, createdMs: null, retentionHours: null, partitions };
}

/** Made when it is asked for first, and again after it failed. */
function once(make: () => Promise<Lake>): () => Promise<Lake> {
  let made: Promise<Lake> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** One reading for all who ask for the same at once: it takes a while, and a page may be opened twice. */
function sharedTrace(look: (key: string) => Promise<Trace>): Handlers['trace'] {
  const running = new Map<string, Promise<Trace>>();
  return ({ params: { key } }) => {
    const looking = running.get(key) ?? look(key).finally(() => running.delete(key));
    running.set(key, looking);
    return looking;
  };
}
