import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES } from '.';
import { CONFORMANCE } from './conformance';

const ROOT = join(__dirname, '..');
const sorted = (texts: Iterable<string>) => [...new Set(texts)].sort();

/** Ids with which names of tests in a folder begin; one test may hold several promises. */
function namedIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true }) as string[];
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(/[\s(["'`](['"`])((?:[KGSF][1-9][0-9]?b?:? )+)/g),
    ])
    .flatMap((match) =>
      match[2]!
        .trim()
        .split(/:? /)
        .map((id) => id.replace(':', '')),
    );
}

test('no two promises have the same id', () => {
  const ids = CONFORMANCE.flatMap(({ promises }) => promises.map(({ id }) => id));
  expect(sorted(ids)).toEqual([...ids].sort());
});

test.each(CONFORMANCE)('$wire: every promise has a test of its name, and every such test a promise', (of) => {
  const ids = of.promises.map(({ id }) => id);
  const letter = ids[0]!.slice(0, 1);
  const named = namedIn(`local/${of.wire}`).filter((id) => id.startsWith(letter));
  expect(sorted(named)).toEqual([...ids].sort());
});

test('every case of the contract is one of the promises', () => {
  const ids = CONFORMANCE.flatMap(({ promises }) => promises.map(({ id }) => id));
  expect(CASES.length).toBeGreaterThan(50);
  expect(CASES.map(({ id }) => id).filter((id) => !ids.includes(id))).toEqual([]);
});
