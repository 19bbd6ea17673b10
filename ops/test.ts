import '@pipeline/cli/node-version';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '@pipeline/cli/command';
import { type CommandLine, parseCommandLine } from '@pipeline/cli/options';
import { runChanged } from './changed/run';
import { runJest } from './jest';
import { AIRFLOW, missingFor, runSuite, SPARK, SPARK_EMR, type Suite, type Verdict } from './python/pytest';

const ROOT = join(__dirname, '..');
const STRICT = process.env.REQUIRE_ALL === '1';
/** Exit code of a program that lacks a tool; its last line of stderr says which, and how to get it. */
const TOOL_MISSING = 3;

/** One part: how it is run, and how long it may take on a bare machine with two cores. All together keep within 45 minutes. */
interface Part {
  readonly run: () => Promise<Verdict>;
  readonly budgetSeconds: number;
}

/** The parts, each ending in a verdict. Those that need more than Node say in one line what is missing and how to get it. */
const PARTS: Readonly<Record<string, Part>> = {
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
/**
 * Parts that run only when they are named: with them a run on two cores comes too near to 45 minutes. `spark` has not been seen green as a whole
 * since its subjects changed.
 */
const WHEN_NAMED: readonly string[] = ['browser', 'spark'];

const LINE: CommandLine = {
  name: 'npm test --',
  description: `Runs every test whose tools this machine has, or the parts named; ${WHEN_NAMED.join(' and ')} run only when named. REQUIRE_ALL=1 makes a missing tool an error.`,
  options: [
    {
      flag: '--changed',
      help: 'run only the jest tests that what differs from main can break, the nearest first, for three minutes; name the other parts concerned',
      default: false,
    },
  ],
  words: { name: 'part', help: 'what to run', known: Object.keys(PARTS) },
};

async function main(): Promise<number> {
  const parsed = parseCommandLine<{ changed: boolean }>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  if (parsed.options.changed) return runChanged(ROOT);
  const named = parsed.words;
  const wanted = named.length > 0 ? named : Object.keys(PARTS).filter((part) => !WHEN_NAMED.includes(part));
  const left = WHEN_NAMED.filter((part) => !wanted.includes(part));
  if (named.length === 0) process.stdout.write(`not run, because they run only when named: ${left.join(', ')}\n`);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const times: string[] = [];
  const runInTurn = async (parts: readonly string[]) => {
    for (const part of parts) {
      const started = Date.now();
      const { run, budgetSeconds } = PARTS[part]!;
      const verdict = await run();
      const seconds = Math.round((Date.now() - started) / 1000);
      times.push(`${part} ${seconds} s of ${budgetSeconds}${seconds > budgetSeconds ? ', OVER ITS BUDGET' : ''}`);
      total.passed += verdict.passed;
      total.failed += verdict.failed;
      total.skipped += verdict.skipped;
    }
  };
  // Jest uses every core. The others do not, so they run in two rows beside each other, which take about as long.
  const only = (...parts: readonly string[]) => wanted.filter((part) => parts.includes(part));
  const first = ['spark', 'spark-emr', 'airflow', 'exercise'];
  const rest = wanted.filter((part) => part !== 'jest' && !first.includes(part));
  await runInTurn(only('jest'));
  await Promise.all([runInTurn(only(...first)), runInTurn(rest)]);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`\n${times.join('\n')}\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** The console in Debian's Chromium, or in the one that CHROMIUM names. */
async function runBrowser(): Promise<Verdict> {
  const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(chromium)) return runJest('--config', 'test/browser/jest.config.js');
  return lacking(
    'browser',
    `there is no Chromium at ${chromium}; apt-get install chromium, or set CHROMIUM to where one is`,
  );
}

/** Deploys dev, and small apps with planted faults, to an engine that runs on Python. */
async function runRehearsal(): Promise<Verdict> {
  const missing = missingFor({ environment: 'rehearsal' });
  return missing === undefined ? runJest('--config', 'test/rehearsal/jest.config.js') : lacking('rehearsal', missing);
}

async function runPytest(suite: Suite): Promise<Verdict> {
  const missing = missingFor(suite);
  if (missing !== undefined) return lacking(suite.name, missing);
  return runSuite(suite, [], (sentence) => process.stderr.write(`${suite.name}: ${sentence}\n`));
}

/** A judge that is a program of ours: it prints `N passed, N failed`. */
async function runProgram(name: string, program: string): Promise<Verdict> {
  const { code, stdout, stderr } = await run([
    '--import',
    pathToFileURL(require.resolve('tsx')).href,
    join(ROOT, program),
  ]);
  if (code === TOOL_MISSING) return lacking(name, stderr.trim().split('\n').at(-1) ?? '');
  process.stderr.write(stdout + stderr);
  const counted = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(stdout)?.[1] ?? 0);
  const failed = counted('failed');
  return { passed: counted('passed'), failed: code === 0 ? failed : Math.max(1, failed), skipped: 0 };
}

function lacking(name: string, hint: string): Verdict {
  process.stdout.write(`${STRICT ? 'FAILED' : 'skipped'} ${name}: ${hint}\n`);
  return { passed: 0, failed: STRICT ? 1 : 0, skipped: STRICT ? 0 : 1 };
}

function run(argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

runCommand(main);
