import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What names the folder for temporary files: the first one on Unix, the others on Windows. */
const VARIABLES = ['TMPDIR', 'TEMP', 'TMP'] as const;

/** A folder for the temporary files of one run, and of all that it starts, which goes with them: whoever fails, or is killed, tidies nothing. */
export class TempFolder {
  readonly path: string;
  /** Variables that lead a program there. */
  readonly variables: Readonly<Record<string, string>>;

  constructor(name: string) {
    const parent = tmpdir();
    this.path = mkdtempSync(join(parent, `${name}-`));
    this.variables = Object.fromEntries(VARIABLES.map((variable) => [variable, this.path]));
    keepCompiled(parent, this.path);
  }

  remove(): void {
    try {
      rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Somebody who outlives the run still writes there, which is no failure of it.
    }
  }
}

/** What tsx has compiled lies in the folder for temporary files, too; to do it again takes each run some seconds. */
function keepCompiled(parent: string, folder: string): void {
  if (!process.getuid) return;
  const name = `tsx-${process.getuid()}`;
  mkdirSync(join(parent, name), { recursive: true });
  symlinkSync(join(parent, name), join(folder, name));
}
