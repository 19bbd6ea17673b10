import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skippedOn } from '../systems/only-on';
import type { Verdict } from './verdict';

const ROOT = join(__dirname, '..', '..');

/** Runs jest, its report on our stderr as it comes, and counts. */
export async function runJest(...options: readonly string[]): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-test-'));
  const results = join(folder, 'jest.json');
  try {
    const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
    const code = await watch([jest, '--ci', '--json', `--outputFile=${results}`, ...options]);
    if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
      readFileSync(results, 'utf8'),
    );
    // A suite that does not even load fails without a failed test; so does a jest that ends badly after its tests.
    const unseen =
      numFailedTests === 0 && (numFailedTestSuites > 0 || code !== 0) ? Math.max(1, numFailedTestSuites) : 0;
    const left = skippedOn(process.platform);
    for (const { file, why } of left) process.stdout.write(`skipped ${file} on ${process.platform}: ${why}\n`);
    return { passed: numPassedTests, failed: numFailedTests + unseen, skipped: numPendingTests + left.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs jest with its report, as it comes, on our stderr. */
function watch(argv: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
