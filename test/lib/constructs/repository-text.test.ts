import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRepositoryText } from '../../../lib/constructs/repository-text';

test('a file that an editor wrote with CRLF is read with LF', () => {
  const folder = mkdtempSync(join(tmpdir(), 'repository-text-'));
  writeFileSync(join(folder, 'a.sh'), 'set -e\r\ntrue\r\n');
  expect(readRepositoryText(join(folder, 'a.sh'))).toBe('set -e\ntrue\n');
  rmSync(folder, { recursive: true });
});

test('nothing in lib/ reads a text to ship past it', () => {
  const root = join(__dirname, '..', '..', '..');
  const reads = execFileSync('git', ['grep', '-ln', "readFileSync(.*'utf8')", '--', 'lib'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(reads.trim().split('\n')).toEqual(['lib/constructs/repository-text.ts']);
});
