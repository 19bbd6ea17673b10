import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
/** What npm, git and the tests themselves make. */
const LEFT_OUT = /^(node_modules|\.git|\.cache|\.pipeline|cdk\.out.*)$/;

/** Names of one folder that a disk which does not tell `A` from `a`, as those of macOS and Windows, would take for one. */
function takenForOne(names: readonly string[]): string[][] {
  const alike = new Map<string, string[]>();
  for (const name of names) {
    const folded = name.normalize('NFC').toLowerCase();
    alike.set(folded, [...(alike.get(folded) ?? []), name]);
  }
  return [...alike.values()].filter((group) => group.length > 1);
}

function clashesUnder(folder: string): string[][] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !LEFT_OUT.test(name));
  const below = entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => clashesUnder(join(folder, name)));
  return [...takenForOne(entries.map(({ name }) => name)), ...below];
}

test('names that differ by case alone are found', () => {
  expect(takenForOne(['Readme.md', 'lib', 'README.md'])).toEqual([['Readme.md', 'README.md']]);
});

test('no two names of a folder differ by case alone: a checkout on macOS or Windows would keep one of them', () => {
  expect(clashesUnder(ROOT)).toEqual([]);
});
