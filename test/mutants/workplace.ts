import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfTree } from '../testing/copy-of-tree';

/** What the tests made of a change. */
export type Fate = 'died' | 'lived' | 'did not load';

/** A run that takes longer hangs, which the change has caused. */
const LIMIT_MS = 180_000;
const AT_ONCE = 5;

interface JestReport {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
}

/** A copy of the tree in which a file may be wrong for a while. Libraries are those of the tree itself, our own packages are the copy's. */
export class Workplace {
  private constructor(
    readonly folder: string,
    private readonly root: string,
  ) {}

  static make(root: string, files: readonly string[]): Workplace {
    return new Workplace(copyOfTree(root, files), root);
  }

  /** Runs tests while a file has another text. */
  fateOf(file: string, change: (text: string) => string, tests: readonly string[]): Promise<Fate> {
    return this.whileBroken(file, change, () => this.run(tests));
  }

  /** Runs tests, some at a time, until one fails, while a file has another text. */
  fateByTurns(file: string, text: string, tests: readonly string[]): Promise<Fate> {
    const runInTurns = async () => {
      let fate: Fate = 'did not load';
      for (let at = 0; at < tests.length && fate !== 'died'; at += AT_ONCE)
        fate = await this.run(tests.slice(at, at + AT_ONCE));
      return fate;
    };
    return this.whileBroken(file, () => text, runInTurns);
  }

  private async whileBroken(file: string, change: (text: string) => string, run: () => Promise<Fate>): Promise<Fate> {
    const path = join(this.folder, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, change(text));
    try {
      return await run();
    } finally {
      writeFileSync(path, text);
    }
  }

  /** Runs tests. */
  async run(tests: readonly string[]): Promise<Fate> {
    const report = join(this.folder, 'jest.json');
    rmSync(report, { force: true });
    const jest = join(this.root, 'node_modules', 'jest', 'bin', 'jest.js');
    const argv = [jest, '--ci', '-w', '1', '--json', `--outputFile=${report}`, '--runTestsByPath', ...tests];
    await new Promise((done) => {
      const child = spawn(process.execPath, argv, { cwd: this.folder, stdio: 'ignore', timeout: LIMIT_MS });
      child.once('close', done).once('error', done);
    });
    if (!existsSync(report)) return 'did not load';
    const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
    if (numFailedTests > 0) return 'died';
    return numPassedTests > 0 ? 'lived' : 'did not load';
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
