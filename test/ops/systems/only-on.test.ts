import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { patternsOf, skippedOn } from '../../../ops/systems/only-on';

const ROOT = join(__dirname, '..', '..', '..');

test('Linux skips nothing; what Windows skips is listed with a reason', () => {
  expect(skippedOn('linux')).toEqual([]);
  expect(skippedOn('win32')).toContainEqual({
    file: 'toolchain/run-program.test.ts',
    why: 'nothing tells whether a process is gone',
  });
  expect(skippedOn('darwin').map(({ file }) => file)).not.toContain('local/start.test.ts');
  for (const { file } of skippedOn('win32')) expect(existsSync(join(ROOT, file))).toBe(true);
});

test('the patterns find the files on either system', () => {
  const found = (path: string) => patternsOf('win32').some((pattern) => new RegExp(pattern).test(path));
  expect(found('C:\\code\\pipeline\\local\\spark\\child.test.ts')).toBe(true);
  expect(found('/code/pipeline/local/spark/child.test.ts')).toBe(true);
  expect(found('/code/pipeline/local/spark/grandchild.test.ts')).toBe(false);
});

test('a test that needs /proc or a script with #! is in the list', () => {
  const tests = execFileSync('git', ['ls-files', '*.test.ts', '*.rehearsal.ts'], { cwd: ROOT, encoding: 'utf8' })
    .trimEnd()
    .split('\n')
    .filter((file) => file !== 'test/ops/systems/only-on.test.ts' && existsSync(join(ROOT, file)));
  expect(tests.length).toBeGreaterThan(150);
  const listed = skippedOn('win32').map(({ file }) => file);
  const needy = tests.filter((file) =>
    /[`'"]#!|\/proc\/|systems\/processes'/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(needy.filter((file) => !listed.includes(file) && !file.startsWith('test/systems/'))).toEqual([]);
});
