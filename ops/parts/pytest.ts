import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type EnvironmentName,
  ensureSpark,
  ensureVenv,
  type SparkVersions,
  sparkVariables,
  type Tell,
} from '../../toolchain/ensure-python';
import { findJava, findPython, MissingTool, requireMaven, requireUnix } from '../../toolchain/tools';
import type { Verdict } from './verdict';

/** A folder of pytest tests and what it needs. */
export interface Suite {
  readonly name: string;
  readonly environment: EnvironmentName;
  readonly folder: string;
  /** What of it is run, in pytest's words. @default all */
  readonly selected?: readonly string[];
}

const TESTS = resolve(__dirname, '../../test');

export const SPARK: Suite = { name: 'Spark and Delta', environment: 'spark', folder: join(TESTS, 'spark') };
/** The notebooks' golden answers on the versions that EMR Serverless has. */
export const SPARK_EMR: Suite = {
  name: "Spark and Delta in EMR's versions",
  environment: 'spark-emr',
  folder: join(TESTS, 'spark'),
  selected: ['test_notebooks.py', '-k', 'golden or quality_report'],
};
export const AIRFLOW: Suite = { name: 'Airflow', environment: 'airflow', folder: join(TESTS, 'airflow') };

/** Longest run of one suite. */
const LIMIT_MS = 25 * 60_000;

/** Says in a line what the machine lacks for a suite and how to get it; undefined when all is there. */
export function missingFor({ environment }: Pick<Suite, 'environment'>): string | undefined {
  try {
    requireUnix();
    findPython();
    if (isSpark(environment)) {
      findJava();
      requireMaven();
    }
    return undefined;
  } catch (error) {
    if (error instanceof MissingTool) return error.message;
    throw error;
  }
}

/**
 * Sets the suite's environment up, runs its tests, and counts. What pytest prints goes to our stderr.
 *
 * @throws Error when the environment cannot be installed; a run that ends before its tests is a failure in the count
 */
export async function runSuite(suite: Suite, passOn: readonly string[] = [], tell: Tell = () => {}): Promise<Verdict> {
  const { environment, folder, selected = [] } = suite;
  const tools = isSpark(environment) ? await ensureSpark(tell, undefined, environment) : undefined;
  const python = tools?.python ?? (await ensureVenv(environment, tell));
  const results = mkdtempSync(join(tmpdir(), 'pytest-'));
  try {
    const report = join(results, 'report.xml');
    const options = ['-q', '-p', 'no:cacheprovider', '--tb=short', '--disable-warnings', `--junit-xml=${report}`];
    const child = spawn(python, ['-B', '-m', 'pytest', ...options, ...(passOn.length > 0 ? passOn : selected)], {
      cwd: folder,
      env: { ...process.env, ...(tools && { DELTA_JARS: tools.jars, ...sparkVariables(tools) }) },
      stdio: ['ignore', process.stderr, 'inherit'],
      timeout: LIMIT_MS,
    });
    const status = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
    return verdictOf(report, status);
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

function isSpark(environment: EnvironmentName): environment is SparkVersions {
  return environment === 'spark' || environment === 'spark-emr';
}

/** Counts from pytest's report. Without one, or with a bad end that no test explains, one failure. */
export function verdictOf(report: string, status: number | null): Verdict {
  let text: string;
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? '';
  const count = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  return { passed: count('tests') - failed - skipped, failed: failed === 0 && status !== 0 ? 1 : failed, skipped };
}

/**
 * A suite as a command: ends in one line such as `Airflow: 23 passed, 0 failed in 31 s` or `Airflow: skipped, needs …`, and sets the exit
 * code: 0 passed or skipped, 1 failed, or skipped while REQUIRE_ALL=1.
 */
export async function runAsCommand(suite: Suite, passOn: readonly string[]): Promise<void> {
  const missing = missingFor(suite);
  if (missing !== undefined) {
    console.log(`${suite.name}: skipped, ${missing}`);
    process.exitCode = process.env.REQUIRE_ALL === '1' ? 1 : 0;
    return;
  }
  const began = Date.now();
  const { passed, failed, skipped } = await runSuite(suite, passOn, (sentence) =>
    console.error(`${suite.name}: ${sentence}`),
  );
  const also = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(
    `${suite.name}: ${passed} passed, ${failed} failed${also} in ${Math.round((Date.now() - began) / 1000)} s`,
  );
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
