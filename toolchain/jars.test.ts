import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

/** What XML allows in a comment: Maven refuses a whole POM for two dashes in one. */
const COMMENT = /<!--(?:(?!--).)*-->/gs;

const files = execFileSync('git', ['ls-files', '*.xml'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');

test('the POMs are among the files', () => {
  expect(files).toEqual(expect.arrayContaining(['toolchain/delta-jars.xml', 'toolchain/kafka-jars.xml']));
});

test.each(files)('%s has only comments that XML allows', (file) => {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(COMMENT, '');
  expect(text).not.toContain('--');
});
