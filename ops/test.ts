import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What one judge found. */
interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const ROOT = join(__dirname, '..');
const USAGE = `npm test [-- part …]: runs every test whose tools this machine has, or the parts named.
Parts: jest, airflow, spark. REQUIRE_ALL=1 makes a missing tool an error.
`;

/**
 * The parts, each ending in a verdict. Suites that need more than Node set up what they need themselves, and say in one
 * line what is missing and how to get it; with REQUIRE_ALL=1 that is a failure.
 */
const PARTS: Readonly<Record<string, () => Promise<Verdict>>> = {
  jest: runJest,
  airflow: () => runPytest('test/airflow/run.ts'),
  spark: () => runPytest('test/spark/run.ts'),
};

async function main(): Promise<number> {
  const named = process.argv.slice(2);
  if (named.includes('--help') || named.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const unknown = named.find((part) => !(part in PARTS));
  if (unknown !== undefined) {
    process.stderr.write(`no part '${unknown}' of the tests (known: ${Object.keys(PARTS).join(', ')})\n`);
    return 2;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  const times: string[] = [];
  for (const part of named.length > 0 ? named : Object.keys(PARTS)) {
    const started = Date.now();
    const verdict = await PARTS[part]!();
    times.push(`${part} ${Math.round((Date.now() - started) / 1000)} s`);
    total.passed += verdict.passed;
    total.failed += verdict.failed;
    total.skipped += verdict.skipped;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`\n${times.join(', ')}\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function runJest(): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-test-'));
  const results = join(folder, 'jest.json');
  try {
    const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
    const { code } = await run([jest, '--ci', '--json', `--outputFile=${results}`]);
    if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
      readFileSync(results, 'utf8'),
    );
    // A suite that does not even load fails without a failed test; so does a jest that ends badly after its tests.
    const unseen =
      numFailedTests === 0 && (numFailedTestSuites > 0 || code !== 0) ? Math.max(1, numFailedTestSuites) : 0;
    return { passed: numPassedTests, failed: numFailedTests + unseen, skipped: numPendingTests };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A pytest suite behind a program that makes its environment; the counts are those of pytest's closing line. */
async function runPytest(program: string): Promise<Verdict> {
  const { code, stdout } = await run(['--import', pathToFileURL(require.resolve('tsx')).href, join(ROOT, program)]);
  process.stderr.write(stdout);
  const counted = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(stdout)?.[1] ?? 0);
  const passed = counted('passed');
  const failed = counted('failed') + counted('errors?');
  if (code !== 0) return { passed, failed: Math.max(1, failed), skipped: 0 };
  return { passed, failed, skipped: passed === 0 ? 1 : counted('skipped') };
}

/** Runs a Node program with its messages on our stderr. */
function run(argv: readonly string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout }));
  });
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
