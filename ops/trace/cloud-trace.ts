import type { Outputs } from '@pipeline/cli/outputs';
import type { NotLooked, Trace, TracedRecord } from '../../local/serving/contract';
import { answersIndex } from '../smoke/answers';
import { Api } from '../smoke/api';
import { lookInLake } from './lake';
import { lookInStreams } from './streams';

export interface CloudTraceOptions {
  readonly outputs: Outputs;
  readonly key: string;
  /** Newest files of the lake to read in each partition. */
  readonly files: number;
  /** Seconds that reading the streams may take. */
  readonly waitSeconds: number;
  /** Takes one line about how far it is. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What one place says of a post: its records there, and what was looked at. */
export interface Look {
  readonly records: readonly TracedRecord[];
  readonly looked: readonly string[];
  readonly notLooked: readonly NotLooked[];
}

/** What cannot be read of an environment from outside of it. */
export const neverLooked = ({ topics }: Pick<Outputs, 'topics'>): NotLooked[] => [
  {
    where: `the topics ${Object.values(topics).join(', ')}`,
    why: 'brokers answer inside of their network alone; what has left them is in the lake',
  },
  {
    where: 'the clean tables and the quarantine',
    why: "they are Delta tables of the environment's Spark; a notebook there reads them",
  },
];

/** Looks for a post wherever an environment can be read from outside. What fails is named with its reason, and the rest goes on. */
export async function cloudTrace(options: CloudTraceOptions): Promise<Trace> {
  const { outputs, key } = options;
  const looks = await Promise.all([
    attempt(`the streams ${[...new Set(Object.values(outputs.streams))].join(', ')}`, () => lookInStreams(options)),
    attempt(`the lake ${outputs.lake?.url ?? ''}`.trim(), () => lookInLake(options)),
    attempt('the answers', () => lookAtAnswers(outputs)),
  ]);
  const records = looks.flatMap((look) => look.records);
  return {
    key,
    nowMs: Date.now(),
    records: [...records].sort((a, b) => storedMs(a) - storedMs(b)),
    served: null,
    looked: looks.flatMap(({ looked }) => looked),
    notLooked: [...looks.flatMap(({ notLooked }) => notLooked), ...neverLooked(outputs)],
  };
}

async function attempt(where: string, look: () => Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    return { records: [], looked: [], notLooked: [{ where, why: (error as Error).message }] };
  }
}

/** No answer names a post; their age tells whether a post can be in them. */
async function lookAtAnswers(outputs: Outputs): Promise<Look> {
  const index = await answersIndex(new Api(outputs));
  const why =
    index === undefined
      ? 'no run has written any'
      : `they hold no keys; the newest rest on what had arrived by ${index.asOf}`;
  return { records: [], looked: [], notLooked: [{ where: 'the answers', why }] };
}

const storedMs = ({ steps }: TracedRecord): number => steps.find(({ step }) => step === 'stored')?.atMs ?? 0;
