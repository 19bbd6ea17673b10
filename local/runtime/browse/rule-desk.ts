import { DuckDBInstance } from '@duckdb/node-api';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { CLEAN_SQL } from '@pipeline/datasets/sql';
import type { RuleStep } from '../../serving/contract';
import { type ViewResult, viewResult } from '../../tables/result';
import { Session } from '../../tables/session';
import { ruleSteps } from './rule-steps';

/** Records whose steps are remembered: an open page asks for the same one again and again. */
const REMEMBERED = 100;

/** Tells what each rule did to a record, in a database of its own: nothing waits for it, and it waits for nothing. */
export class RuleDesk {
  private opened: Promise<{ readonly instance: DuckDBInstance; readonly session: Session }> | undefined;
  private warmed: Promise<unknown> | undefined;
  private isClosed = false;
  private readonly known = new Map<string, Promise<readonly RuleStep[]>>();

  steps(dataset: Dataset, line: string): Promise<readonly RuleStep[]> {
    const name = JSON.stringify([dataset, CLEAN_SQL[dataset], line]);
    let steps = this.known.get(name);
    if (steps === undefined) {
      steps = this.find(dataset, line);
      this.known.set(name, steps);
      steps.catch(() => this.known.delete(name));
      if (this.known.size > REMEMBERED) this.known.delete(this.known.keys().next().value!);
    }
    return steps;
  }

  /** Plans everything, once: whoever looks at a list of records will open one of them. */
  warm(): void {
    this.warmed ??= this.planAll().catch(() => {});
  }

  async close(): Promise<void> {
    if (this.opened === undefined) return;
    this.isClosed = true;
    const { instance, session } = await this.opened;
    await session.close();
    instance.closeSync();
  }

  /** One dataset after another: whoever opens a record meanwhile waits for the plans of one. */
  private async planAll(): Promise<void> {
    for (const dataset of DATASETS) await this.steps(dataset, '{}');
  }

  private async find(dataset: Dataset, line: string): Promise<RuleStep[]> {
    this.opened ??= open();
    const { session } = await this.opened;
    return ruleSteps((sql, value) => this.read(session, sql, value), dataset, line);
  }

  /** Planning the cleaning once for each rule takes many times as long as cleaning one record: the plans are kept. */
  private read(session: Session, sql: string, value: string): Promise<ViewResult> {
    return session.exclusive(async () => {
      if (this.isClosed) throw new Error('the runtime stops');
      const statement = await session.prepared(sql);
      statement.bindVarchar(1, value);
      return viewResult(await statement.runAndReadAll());
    });
  }
}

/** No tables: the shared functions are all that the rules need. */
async function open() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' });
  return { instance, session: await Session.open(instance, 'main') };
}
