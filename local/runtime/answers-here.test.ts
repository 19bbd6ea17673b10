import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATASETS, perDataset, SCHEMAS } from '@pipeline/datasets/schema';
import { FolderInUseError } from '../lock';
import { openLog } from '../log';
import { edits, takeBackEdits } from '../tables/testing/rules';
import { AnswersHere } from './answers-here';
import { synthesizedTemplates } from './assembly';
import { type LocalEnvironment, readEnvironment } from './environment';

jest.mock('@pipeline/datasets/sql', () =>
  jest.requireActual('../tables/testing/rules').withEdits(jest.requireActual('@pipeline/datasets/sql')),
);
jest.setTimeout(120_000);

let root: string;
let data: string;
let environment: LocalEnvironment;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'answers-here-'));
  data = join(root, 'data');
  environment = readEnvironment('dev', await synthesizedTemplates('dev'));
});
afterEach(() => {
  takeBackEdits();
  rmSync(root, { recursive: true });
});

const told = (line: string) => {
  throw new Error(`told: ${line}`);
};

async function over<T>(work: (here: AnswersHere) => Promise<T>): Promise<T> {
  const here = await AnswersHere.open(data, environment, told);
  try {
    return await work(here);
  } finally {
    await here.close();
  }
}

const VALUES = {
  ...perDataset((dataset): object => SCHEMAS[dataset].smallestRecord),
  pin: { index: 1, unique_id: '00000000-0000-4000-8000-000000000001', category: 'art', follower_count: '5' },
  geo: { ind: 1, country: 'Chad', timestamp: '2020-01-02T03:04:05' },
  user: { ind: 1, first_name: 'Ada', last_name: 'Byron', age: 20, date_joined: '2016-01-02T03:04:05' },
};

/** One post in topics and streams, which nobody has taken in yet. */
async function given(): Promise<void> {
  await over(async () => {});
  const { topics, streams } = environment.names;
  for (const [place, names] of [
    ['kafka', topics],
    ['kinesis', streams],
  ] as const) {
    const log = await openLog(join(data, place));
    await log.append(
      DATASETS.map((dataset) => ({
        topic: names[dataset],
        partition: 0,
        records: [{ key: Buffer.from('1'), value: Buffer.from(JSON.stringify(VALUES[dataset])) }],
      })),
    );
    await log.close();
  }
}

const QUESTION = 'top_category_by_country';
const rowsOf = (here: AnswersHere) =>
  here.answers().then((answers) => perLayer((layer) => answers[`${layer}.${QUESTION}`]!.rows));
const perLayer = <T>(value: (layer: string) => T) => ['batch', 'speed', 'serving'].map(value);

test('what waits in topics and streams is taken in and answered, and by the rules of now when these change', async () => {
  await given();
  await over(async (here) => {
    expect(await here.rebuild()).toEqual({ outlived: 0 });
    expect(await rowsOf(here)).toEqual(perLayer(() => [['Chad', 'art', 1]]));
  });
  edits.clean.pin = (sql) => sql.replace('k.category,', 'upper(k.category) as category,');
  await over(async (here) => {
    expect(await here.rebuild()).toEqual({ outlived: 0 });
    expect(await rowsOf(here)).toEqual(perLayer(() => [['Chad', 'ART', 1]]));
  });
});

test('a rule at fault is told by its file and leaves the answers as they were', async () => {
  await given();
  await over(async (here) => {
    await here.rebuild();
    edits.clean.geo = () => 'selec\n  everything';
    await expect(here.rebuild()).rejects.toThrow(/^datasets\/sql\/clean\/geo\.sql:\d+:\d+: Parser Error: /);
    expect(await rowsOf(here)).toEqual(perLayer(() => [['Chad', 'art', 1]]));
  });
});

test('answers are judged by what arrived', async () => {
  await given();
  await over(async (here) => {
    await here.rebuild();
    const { arrived, others } = await here.judgement({ seed: 1, posts: 2, hardMode: false });
    expect(arrived).toEqual({
      batch: perDataset(() => 0),
      speed: perDataset(() => 0),
      serving: perDataset(() => 0),
    });
    expect(others).toHaveLength(2 * DATASETS.length);
  });
});

test('a folder that somebody serves is refused, and free again after a close', async () => {
  await given();
  await over(async () => {
    await expect(AnswersHere.open(data, environment, told)).rejects.toThrow(FolderInUseError);
  });
  await over(async () => {});
});
