import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changedFiles } from '../../../ops/changed/changes';

let folder: string;
const git = (...argv: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...argv], { cwd: folder, stdio: 'pipe' });
const commit = (file: string, text: string) => {
  writeFileSync(join(folder, file), text);
  git('add', '.');
  git('commit', '-m', file);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'changes-'));
  git('init', '-b', 'main');
  commit('a.ts', '1');
  commit('b.ts', '1');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('on main, the last commit; with something uncommitted, that alone', () => {
  expect(changedFiles(folder)).toEqual(['b.ts']);
  writeFileSync(join(folder, 'new.ts'), '1');
  writeFileSync(join(folder, 'a.ts'), '2');
  expect(changedFiles(folder)).toEqual(['a.ts', 'new.ts']);
});

test('on a branch, all since it left main, committed or not; what was renamed or deleted too', () => {
  git('checkout', '-b', 'work');
  commit('c.ts', '1');
  git('mv', 'a.ts', 'd.ts');
  rmSync(join(folder, 'b.ts'));
  expect(changedFiles(folder)).toEqual(['a.ts', 'b.ts', 'c.ts', 'd.ts']);
});

test('without git it says so', () => {
  rmSync(join(folder, '.git'), { recursive: true });
  expect(() => changedFiles(folder)).toThrow(/not a git repository/);
});
