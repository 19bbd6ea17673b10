import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runJest } from './jest';
import { runProgram } from './program';
import { AIRFLOW, missingFor, runSuite, SPARK, SPARK_EMR, type Suite } from './pytest';
import { type Verdict, withoutItsTool } from './verdict';

/** One part of the tests: how it is run, and how long it may take on a bare machine with two cores. */
export interface Part {
  readonly run: () => Promise<Verdict>;
  readonly budgetSeconds: number;
}

/**
 * The parts, each ending in a verdict; all that run by default keep within 45 minutes together. Those that need more than Node say in one line
 * what is missing and how to get it.
 */
export const PARTS: Readonly<Record<string, Part>> = {
  jest: { run: () => runJest(), budgetSeconds: 1200 },
  browser: { run: runBrowser, budgetSeconds: 420 },
  cloud: { run: () => runProgram('cfn-lint and shellcheck', 'test/cloud/lint.ts'), budgetSeconds: 120 },
  workflows: { run: () => runProgram('actionlint', 'test/cloud/workflows.ts'), budgetSeconds: 30 },
  mutants: { run: () => runProgram('saved mutants', 'test/mutants/run.ts'), budgetSeconds: 300 },
  exercise: { run: () => runProgram('the exercise', 'test/exercise/run.ts'), budgetSeconds: 180 },
  kafka: { run: () => runProgram('Kafka and its IAM plugin', 'test/cloud/kafka-properties.ts'), budgetSeconds: 120 },
  broker: { run: () => runProgram('Apache Kafka under the proxy', 'test/kafka/run.ts'), budgetSeconds: 240 },
  airflow: { run: () => runPytest(AIRFLOW), budgetSeconds: 240 },
  rehearsal: { run: runRehearsal, budgetSeconds: 500 },
  spark: { run: () => runPytest(SPARK), budgetSeconds: 900 },
  'spark-emr': { run: () => runPytest(SPARK_EMR), budgetSeconds: 480 },
};

/** Parts that run only when they are named: with `spark`, a run on two cores would take longer than 45 minutes. */
export const WHEN_NAMED: readonly string[] = ['spark'];

/** A part that is not done by then is ended and has failed, so that no part can hang all the others. */
export function limitSeconds({ budgetSeconds }: Pick<Part, 'budgetSeconds'>): number {
  return 1.5 * budgetSeconds + 120;
}

/** The console in Debian's Chromium, or in the one that CHROMIUM names. */
async function runBrowser(): Promise<Verdict> {
  const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(chromium)) return runJest('--config', 'test/browser/jest.config.js');
  return withoutItsTool(
    'browser',
    `there is no Chromium at ${chromium}; apt-get install chromium, or set CHROMIUM to where one is`,
  );
}

/** Deploys dev, and small apps with planted faults, to an engine that runs on Python. */
async function runRehearsal(): Promise<Verdict> {
  const missing = missingFor({ environment: 'rehearsal' });
  if (missing !== undefined) return withoutItsTool('rehearsal', missing);
  return runJest('--config', join('test', 'rehearsal', 'jest.config.js'));
}

async function runPytest(suite: Suite): Promise<Verdict> {
  const missing = missingFor(suite);
  if (missing !== undefined) return withoutItsTool(suite.name, missing);
  return runSuite(suite, [], (sentence) => process.stderr.write(`${suite.name}: ${sentence}\n`));
}
