import { type View, views } from '@pipeline/datasets/sql';
import { Problem, type Reply } from '../../serving';
import type { AnswersWithout, ChangedRow } from '../../serving/contract';
import type { Answers } from '../observe/answers';
import { type Pipeline, versionsOf } from '../pipeline';
import type { Underway } from '../underway';

interface Parts {
  readonly pipeline: Pipeline;
  readonly answers: Pick<Answers, 'current'>;
}

/** Rows that changed, listed for one view. */
const MOST_ROWS = 200;

/** `GET /trace/{key}/without`: which answers of the serving layer change when a post is left out. */
export async function answersWithout(
  { pipeline, answers }: Parts,
  underway: Underway,
  key: string,
  within: string | undefined,
): Promise<AnswersWithout | Reply> {
  if (!/^\d{1,18}$/.test(key))
    throw new Problem(400, `the key of a post in the answers is a whole number, got '${key}'`);
  const questions = views();
  const name = ['without', key, versionsOf(pipeline), ...questions.map(({ sql }) => sql)].join('/');
  const job = { name, what: `every answer without post ${key}`, isKept: true };
  return underway.within(within, job, () => computed({ pipeline, answers }, key, questions));
}

async function computed(
  { pipeline, answers: known }: Parts,
  key: string,
  questions: readonly View[],
): Promise<AnswersWithout> {
  const startedMs = performance.now();
  const changedViews: AnswersWithout['views'][number][] = [];
  const unchanged: string[] = [];
  const { whole: answers, left } = await pipeline.tables.without(BigInt(key), questions, (text) => {
    const question = questions.find(({ sql }) => sql === text);
    return question && known.current('serving', question.name);
  });
  for (const [at, { name }] of questions.entries()) {
    const whole = answers[at]!;
    const changed = changedRows(whole.rows, left[at]!.rows);
    if (changed.length === 0) unchanged.push(name);
    else
      changedViews.push({
        view: name,
        columns: whole.columns.map(({ name: column }) => column),
        changed: changed.slice(0, MOST_ROWS),
      });
  }
  return { key, tookMs: Math.round(performance.now() - startedMs), views: changedViews, unchanged };
}

type Row = ChangedRow['with'];

/** Rows that are in one answer alone; a row that only changed its last columns stands beside its like. */
export function changedRows(whole: readonly NonNullable<Row>[], left: readonly NonNullable<Row>[]): ChangedRow[] {
  const texts = (rows: readonly NonNullable<Row>[]) => new Set(rows.map((row) => JSON.stringify(row)));
  const inWhole = texts(whole);
  const inLeft = texts(left);
  const gone = whole.filter((row) => !inLeft.has(JSON.stringify(row)));
  const come = left.filter((row) => !inWhole.has(JSON.stringify(row)));
  const pairs: ChangedRow[] = gone.map((row) => {
    const like =
      come.find((each) => row.length > 1 && JSON.stringify(each.slice(0, -1)) === JSON.stringify(row.slice(0, -1))) ??
      come.find((each) => each[0] === row[0]) ??
      (row.length === 1 ? come[0] : undefined);
    if (like !== undefined) come.splice(come.indexOf(like), 1);
    return { with: row, without: like ?? null };
  });
  return [...pairs, ...come.map((row) => ({ with: null, without: row }))];
}
