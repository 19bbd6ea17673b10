import type { Dataset } from '@pipeline/datasets/schema';
import { CLEAN_SQL } from '@pipeline/datasets/sql';
import type { RuleStep } from '../../serving/contract';
import { Tables } from '../../tables';
import { ruleSteps } from './rule-steps';

/** Records whose steps are remembered: an open page asks for the same one again and again. */
const REMEMBERED = 100;

/** Tells what each rule did to a record, in a database of its own: nothing waits for it, and it waits for nothing. */
export class RuleDesk {
  private tables: Promise<Tables> | undefined;
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

  async close(): Promise<void> {
    await (await this.tables)?.close();
  }

  private async find(dataset: Dataset, line: string): Promise<RuleStep[]> {
    this.tables ??= Tables.open(':memory:');
    const layer = (await this.tables).layer('batch');
    return ruleSteps((sql, values) => layer.read(sql, values), dataset, line);
  }
}
