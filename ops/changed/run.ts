import { execFileSync } from 'node:child_process';
import { join, relative, sep } from 'node:path';
import { runJest } from '../parts/jest';
import { changedFiles } from './changes';
import { concernedBy } from './concerned';

/** No test is begun after this long. */
const BEGIN_MS = 150_000;
/** Test files of one run of jest: few, so that the time that is left is looked at often. */
const AT_ONCE = 8;

/**
 * `npm test -- --changed`: the jest tests that what differs from main can break, the nearest first, as far as three minutes go. What was
 * not run is said.
 *
 * @returns the exit code
 */
export async function runChanged(root: string): Promise<number> {
  const changed = changedFiles(root);
  const all = testsOf(root, []);
  const code = changed.filter((path) => /\.(c|m)?[jt]sx?$/.test(path));
  const related = code.length > 0 ? testsOf(root, ['--findRelatedTests', ...code]) : [];
  const { tests, parts } = concernedBy(changed, all, related);
  process.stdout.write(`${counted(changed.length, 'changed file')}, ${counted(tests.length, 'test file')} concerned\n`);
  const began = Date.now();
  const total = { passed: 0, failed: 0 };
  const left = [...tests];
  while (left.length > 0 && Date.now() - began < BEGIN_MS) {
    const { passed, failed } = await runJest('--runTestsByPath', ...left.splice(0, AT_ONCE));
    total.passed += passed;
    total.failed += failed;
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed in ${seconds} s\n`);
  if (left.length > 0)
    process.stdout.write(
      `not run for want of time: ${counted(left.length, 'test file')}, the nearest ${left[0]}; npm test -- jest runs all\n`,
    );
  if (parts.length > 0) process.stdout.write(`concerned, too: npm test -- ${parts.join(' ')}\n`);
  return total.failed === 0 ? 0 : 1;
}

/** Test files as jest lists them, from the root, with `/`. */
export function testsOf(root: string, options: readonly string[]): string[] {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const listed = execFileSync(process.execPath, [jest, '--listTests', ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return listed
    .split('\n')
    .filter(Boolean)
    .map((path) => relative(root, path).split(sep).join('/'));
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
