import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ExpectedAnswers, SourceOptions } from '@pipeline/datasets/synthetic';

/** A thread does not inherit the loader of TypeScript, so it begins with it. */
const BOOT = ['tsx/cjs', join(__dirname, 'right-answers-worker.ts')]
  .map((module) => `require(${JSON.stringify(require.resolve(module))});`)
  .join('');

/** The right answers of a source, computed once, in a thread of their own. */
export class RightAnswers {
  private readonly bySource = new Map<string, Promise<ExpectedAnswers>>();
  private worker: Worker | undefined;

  of(source: SourceOptions): Promise<ExpectedAnswers> {
    const name = JSON.stringify(source);
    let answers = this.bySource.get(name);
    if (answers === undefined) {
      answers = this.compute(source);
      this.bySource.set(name, answers);
      answers.catch(() => this.bySource.delete(name));
    }
    return answers;
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
  }

  private compute(source: SourceOptions): Promise<ExpectedAnswers> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(BOOT, { eval: true, workerData: source, execArgv: [] });
      worker.unref();
      this.worker = worker;
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(new Error(`the right answers were not computed: the thread ended with ${code}`)),
      );
    });
  }
}
