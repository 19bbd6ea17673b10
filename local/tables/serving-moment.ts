import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { cleanColumns } from './ddl';
import { type ViewResult, viewResult } from './result';
import type { Session } from './session';

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
    questions: readonly string[],
    ind: bigint,
    known: (sql: string) => ViewResult | undefined,
  ): Promise<{ readonly whole: readonly ViewResult[]; readonly left: readonly ViewResult[] }> {
    return this.session.exclusive(async () => {
      await this.goTo(basis, questions);
      const whole: ViewResult[] = [];
      for (const sql of questions) whole.push(known(sql) ?? (await this.whole(sql)));
      const left: ViewResult[] = [];
      await this.show(`where r.ind is distinct from ${ind}`);
      try {
        for (const sql of questions) left.push(await this.read(sql));
      } finally {
        await this.show('');
      }
      return { whole, left };
    });
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
    await this.show('');
    this.basis = wanted;
  }

  private async show(condition: string): Promise<void> {
    for (const dataset of DATASETS)
      await this.session.connection.run(
        `create or replace temp view ${dataset} as select * from ${dataset}_shown as r ${condition}`,
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

/** Clean columns of a dataset whose names stand anywhere in the questions; the key always. */
function named(dataset: Dataset, questions: readonly string[]): string[] {
  const words = new Set(questions.flatMap((sql) => sql.toLowerCase().match(/\w+/g) ?? []));
  return cleanColumns(dataset).filter((column) => column === 'ind' || words.has(column.toLowerCase()));
}
