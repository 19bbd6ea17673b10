import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

test('every text file is to have LF on every system, whatever its git is set to', () => {
  const asked = git('ls-files', '--eol')
    .trimEnd()
    .split('\n')
    .map((line) => /^i\/(\S*)\s+w\/(\S*)\s+attr\/(.*?)\s*\t(.*)$/.exec(line)!);
  expect(asked.length).toBeGreaterThan(500);
  const wrong = asked
    .filter(
      ([, index, , attributes]) =>
        index !== '-text' && (index === 'crlf' || index === 'mixed' || attributes !== 'text=auto eol=lf'),
    )
    .map(([line]) => line);
  expect(wrong).toEqual([]);
});

test('a checkout with core.autocrlf=true, as on Windows, has the same bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'autocrlf-'));
  try {
    // What is hashed, compared, or shipped to Linux; from the commit, with the attributes that stand here now.
    const wanted = [
      'lib/constructs/kafka-client/bootstrap.sh',
      'lib/constructs/templates/put-record.vtl',
      'datasets/sql/clean/pin.sql',
      'datasets/golden/top_user_by_country.csv',
      'dags/pinterest_batch.py',
      'README.md',
      '.gitattributes',
    ].filter((file) => existsSync(join(ROOT, file)));
    execFileSync('git', ['init', '-q'], { cwd: folder });
    execFileSync('git', ['config', 'core.autocrlf', 'true'], { cwd: folder });
    execFileSync('git', ['--git-dir', join(folder, '.git'), '--work-tree', ROOT, 'add', '--', ...wanted], {
      cwd: ROOT,
      stdio: 'ignore',
    });
    execFileSync('git', ['checkout-index', '--all', '--force'], { cwd: folder });
    expect(wanted.length).toBe(7);
    for (const file of wanted)
      expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(join(ROOT, file), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('every file can be checked out where names ignore case, and on Windows', () => {
  const files = git('ls-files', '-z').split('\0').filter(Boolean);
  const lower = files.map((file) => file.toLowerCase());
  expect(files.filter((_, index) => lower.indexOf(lower[index]!) !== index)).toEqual([]);
  const reserved = /(^|\/)(con|prn|aux|nul|com\d|lpt\d)(\.|\/|$)/i;
  expect(files.filter((file) => /[<>:"|?*\\]|[. ](\/|$)/.test(file) || reserved.test(file))).toEqual([]);
  // Longer paths need a setting that few have.
  expect(files.filter((file) => file.length > 150)).toEqual([]);
});
