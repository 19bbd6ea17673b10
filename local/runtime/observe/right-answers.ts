import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { renameOverSync } from '@pipeline/cli/rename-over';
import type { ExpectedAnswers, SourceOptions } from '@pipeline/datasets/synthetic';
import { PROJECT_FOLDER } from '../assembly';
import { inputHash } from '../input-hash';

/** A thread does not inherit the loader of TypeScript, so it begins with it. */
const BOOT = ['tsx/cjs', join(__dirname, 'right-answers-worker.ts')]
  .map((module) => `require(${JSON.stringify(require.resolve(module))});`)
  .join('');

/** Everything that can change a right answer. */
const INPUTS = ['datasets/schema', 'datasets/rules', 'datasets/synthetic', 'datasets/questions.json'];
const KEPT = join(PROJECT_FOLDER, '.cache', 'right-answers');
/** Sources whose right answers are kept; those computed longest ago go first. */
const MOST_KEPT = 20;

/** The right answers of a source, computed once, in a thread of their own, and kept until what they are made of changes. */
export class RightAnswers {
  private readonly bySource = new Map<string, Promise<ExpectedAnswers>>();
  private worker: Worker | undefined;

  /** @param kept folder that they are kept in */
  constructor(private readonly kept = KEPT) {}

  of(source: SourceOptions): Promise<ExpectedAnswers> {
    const name = JSON.stringify(source);
    let answers = this.bySource.get(name);
    if (answers === undefined) {
      answers = this.readOrCompute(source);
      this.bySource.set(name, answers);
      answers.catch(() => this.bySource.delete(name));
    }
    return answers;
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
  }

  private async readOrCompute(source: SourceOptions): Promise<ExpectedAnswers> {
    const file = join(this.kept, `${inputHash(PROJECT_FOLDER, INPUTS, JSON.stringify(source))}.json`);
    const known = read(file);
    if (known) return known;
    const answers = await this.compute(source);
    keep(file, answers);
    return answers;
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

function read(file: string): ExpectedAnswers | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ExpectedAnswers;
  } catch {
    // Nobody has computed them, or they were cut short: they are computed anew.
    return undefined;
  }
}

/** What cannot be kept is computed again by the next process. */
function keep(file: string, answers: ExpectedAnswers): void {
  const folder = join(file, '..');
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, JSON.stringify(answers));
    renameOverSync(temporary, file);
    const older = readdirSync(folder)
      .map((entry) => ({ path: join(folder, entry), keptMs: statSync(join(folder, entry)).mtimeMs }))
      .sort((a, b) => b.keptMs - a.keptMs)
      .slice(MOST_KEPT);
    for (const { path } of older) rmSync(path, { force: true });
  } catch {
    rmSync(temporary, { force: true });
  }
}
