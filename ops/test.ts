import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one judge found. */
interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Something that we did not write and that judges a claim of ours. */
interface Judge {
  readonly name: string;
  /** Says in a line what is missing on this machine and how to get it; undefined when all is there. */
  readonly missing: () => string | undefined;
  readonly run: () => Promise<Verdict>;
}

const ROOT = join(__dirname, '..');
const STRICT = process.env.REQUIRE_ALL === '1';

const JUDGES: readonly Judge[] = [{ name: 'jest', missing: () => undefined, run: runJest }];

async function main(): Promise<number> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(
      'npm test: runs every test whose tools this machine has; REQUIRE_ALL=1 makes a missing tool an error.\n',
    );
    return 0;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const judge of JUDGES) {
    const missing = judge.missing();
    if (missing) {
      process.stdout.write(`${STRICT ? 'FAILED' : 'skipped'} ${judge.name}: ${missing}\n`);
      if (STRICT) total.failed++;
      else total.skipped++;
      continue;
    }
    const started = Date.now();
    const verdict = await judge.run();
    process.stdout.write(`${judge.name}: ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
    total.passed += verdict.passed;
    total.failed += verdict.failed;
    total.skipped += verdict.skipped;
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function runJest(): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-test-'));
  const results = join(folder, 'jest.json');
  try {
    const code = await run(process.execPath, [
      join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--ci',
      '--json',
      `--outputFile=${results}`,
    ]);
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

/** Runs a program with its messages on our stderr; its stdout is dropped. */
function run(program: string, argv: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
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
