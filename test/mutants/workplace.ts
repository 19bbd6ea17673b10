import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfTree } from '../testing/copy-of-tree';

/** What the tests made of a change. */
export type Fate = 'died' | 'lived' | 'did not load';

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
  async fateOf(file: string, change: (text: string) => string, tests: readonly string[]): Promise<Fate> {
    const path = join(this.folder, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, change(text));
    try {
      return await this.run(tests);
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
      const child = spawn(process.execPath, argv, { cwd: this.folder, stdio: 'ignore', timeout: 180_000 });
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
