import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { GROUPS, type Question } from '@pipeline/datasets/sql';
import { cleanColumns } from './ddl';
import { type ViewResult, viewResult } from './result';
import type { Session } from './session';

/** A question that is to be answered without a post, and the groups that its rows are about. */
export type AskedWithout = Pick<Question, 'groups'> & { readonly sql: string };

/**
 * The rows that the serving layer showed at one moment, copied once with the columns that questions name. Which of two layers shows a key
 * is found once then, and not again by every question: over a million posts that is nine tenths of the work.
 */
export class ServingMoment {
  private basis: string | undefined;
  private readonly answers = new Map<string, ViewResult>();

  /** @param session of this alone: its temporary relations stand before those of the serving layer */
  constructor(private readonly session: Session) {}

  /** Whether a question can be answered from the columns that are copied: it names each that it reads. */
  static canAnswer(sql: string): boolean {
    const text = sql.replace(/--.*$/gm, '').replace(/\bcount\s*\(\s*\*\s*\)/gi, '');
    return !/\*|\bcolumns\s*\(|\bnatural\b/i.test(text);
  }

  /** The answer to one of `questions`, all of them from one moment that is not before `basis` was so. */
  answer(basis: string, questions: readonly string[], sql: string): Promise<ViewResult> {
    return this.session.exclusive(async () => {
      await this.goTo(basis, questions);
      return this.whole(sql);
    });
  }

  /**
   * The answers to `questions` as they are and as they would be without one key, all from one moment.
   *
   * @param known asked once the moment is there: the answer to a question as it is, where somebody has it
   */
  without(
    basis: string,
    questions: readonly AskedWithout[],
    ind: bigint,
    known: (sql: string) => ViewResult | undefined,
  ): Promise<{ readonly whole: readonly ViewResult[]; readonly left: readonly ViewResult[] }> {
    return this.session.exclusive(async () => {
      await this.goTo(
        basis,
        questions.map(({ sql }) => sql),
      );
      const whole: ViewResult[] = [];
      const left: ViewResult[] = [];
      try {
        for (const question of questions) {
          const pair = (await this.inItsGroups(question, ind, known)) ?? (await this.overAll(question, ind, known));
          whole.push(pair[0]);
          left.push(pair[1]);
        }
      } finally {
        await this.show({});
      }
      return { whole, left };
    });
  }

  private async overAll(
    { sql }: AskedWithout,
    ind: bigint,
    known: (sql: string) => ViewResult | undefined,
  ): Promise<[ViewResult, ViewResult]> {
    await this.show({});
    const whole = known(sql) ?? (await this.whole(sql));
    await this.show({}, ind);
    return [whole, await this.read(sql)];
  }

  /** As `overAll`, over the posts of the key's groups alone. Undefined where that might not be the same. */
  private async inItsGroups(
    { sql, groups }: AskedWithout,
    ind: bigint,
    known: (sql: string) => ViewResult | undefined,
  ): Promise<[ViewResult, ViewResult] | undefined> {
    const answer = known(sql);
    if (answer === undefined || groups === undefined) return undefined;
    const conditions: Partial<Record<Dataset, string>> = {};
    for (const group of groups) {
      const { dataset, of } = GROUPS[group];
      const ofKey = `from ${dataset}_shown as r where r.ind = ${ind}`;
      const found = await this.session.connection.runAndReadAll(`select count(*) ${ofKey}`);
      if (found.value(0, 0) !== 1n) return undefined;
      conditions[dataset] = [conditions[dataset] ?? 'true', `${of} is not distinct from (select ${of} ${ofKey})`].join(
        ' and ',
      );
    }
    await this.show(conditions);
    const whole = await this.read(sql);
    // Somebody may have edited the question, and not what it says of its groups.
    const rows = new Set(answer.rows.map((row) => JSON.stringify(row)));
    if (!whole.rows.every((row) => rows.has(JSON.stringify(row)))) return undefined;
    await this.show(conditions, ind);
    return [whole, await this.read(sql)];
  }

  private async goTo(basis: string, questions: readonly string[]): Promise<void> {
    const wanted = [basis, ...questions].join('\n');
    if (this.basis === wanted) return;
    this.basis = undefined;
    this.answers.clear();
    const { connection } = this.session;
    await connection.run('begin transaction');
    try {
      for (const dataset of DATASETS)
        await connection.run(
          `create or replace temp table ${dataset}_shown as
          select ${named(dataset, questions).join(', ')} from serving.${dataset}`,
        );
      await connection.run('commit');
    } catch (error) {
      await connection.run('rollback').catch(() => {});
      throw error;
    }
    await this.show({});
    this.basis = wanted;
  }

  /** What questions see from now on: the rows that fulfil the conditions, but those of the key `without`. */
  private async show(conditions: Partial<Record<Dataset, string>>, without?: bigint): Promise<void> {
    const others = without === undefined ? 'true' : `r.ind is distinct from ${without}`;
    for (const dataset of DATASETS)
      await this.session.connection.run(
        `create or replace temp view ${dataset} as
        select * from ${dataset}_shown as r where ${conditions[dataset] ?? 'true'} and ${others}`,
      );
  }

  private async whole(sql: string): Promise<ViewResult> {
    const known = this.answers.get(sql);
    if (known) return known;
    const result = await this.read(sql);
    this.answers.set(sql, result);
    return result;
  }

  private async read(sql: string): Promise<ViewResult> {
    return viewResult(await this.session.connection.runAndReadAll(sql));
  }
}

/** Clean columns of a dataset whose names stand anywhere in the questions, or tell a group; the key always. */
function named(dataset: Dataset, questions: readonly string[]): string[] {
  const texts = [...questions, ...Object.values(GROUPS).map(({ of }) => of)];
  const words = new Set(texts.flatMap((sql) => sql.toLowerCase().match(/\w+/g) ?? []));
  return cleanColumns(dataset).filter((column) => column === 'ind' || words.has(column.toLowerCase()));
}
