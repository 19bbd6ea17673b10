import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { type EnvironmentName, ensureSpark, ensureVenv, type Tell } from './ensure-python';
import { MissingTool } from './tools';

export interface Suite {
  /** Word that begins the summary line. */
  readonly title: string;
  readonly environment: EnvironmentName;
  /** Folder of tests; also where pytest runs. */
  readonly folder: string;
  /** Further arguments for pytest. */
  readonly passOn: readonly string[];
}

/** Longest run of one suite. */
const LIMIT_MS = 10 * 60_000;

/**
 * Sets the environment up, runs one pytest suite and prints one line: `Airflow: passed in 31 s` or `Airflow: skipped, needs …`.
 * Sets the exit code: 0 passed or skipped, 1 failed, or skipped while REQUIRE_ALL=1.
 */
export async function runPytest(suite: Suite): Promise<void> {
  const required = process.env.REQUIRE_ALL === '1';
  const began = Date.now();
  try {
    const status = await runSuite(suite, (sentence) => console.error(`${suite.title}: ${sentence}`));
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(`${suite.title}: ${status === 0 ? 'passed' : `failed (pytest ended with ${status})`} in ${seconds} s`);
    process.exitCode = status === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    console.log(`${suite.title}: skipped, ${error.message}`);
    process.exitCode = required ? 1 : 0;
  }
}

async function runSuite({ environment, folder, passOn }: Suite, tell: Tell): Promise<number | string> {
  const { python, jars } =
    environment === 'spark' ? await ensureSpark(tell) : { python: await ensureVenv(environment, tell), jars: '' };
  tell(`running ${basename(folder)}`);
  const child = spawn(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--tb=short', '--disable-warnings', ...passOn], {
    cwd: folder,
    // -B: no __pycache__ in the working tree.
    env: { ...process.env, DELTA_JARS: jars, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: 'inherit',
    timeout: LIMIT_MS,
  });
  return new Promise((done, fail) =>
    child.on('error', fail).on('close', (status, signal) => done(status ?? `${signal}`)),
  );
}
