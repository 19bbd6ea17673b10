import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsTable as emulatorOptions } from '../emulator/options';
import { optionsTable } from '../local/options';

const ROOT = join(__dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const json = (file: string) => JSON.parse(read(file));
const README = read('README.md');

/** What stands between `<!-- name -->` and `<!-- /name -->` of the options' page. */
function part(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)\\n<!-- /${name} -->`).exec(read('docs/options.md'));
  if (!found) throw new Error(`docs/options.md has no part '${name}'`);
  return found[1]!.trim();
}

test('the table of options is the one that the commands have', () => {
  expect(part('options')).toBe(optionsTable());
});

test("the table of the emulator's options is the one that it has", () => {
  expect(part('emulate options')).toBe(emulatorOptions());
});

test('the README can be read at a sitting', () => {
  expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

test('every folder of the tree is there', () => {
  const tree = /## Where things are\n\n```\n([\s\S]*?)```/.exec(README)![1]!;
  const places = tree.split('\n').flatMap((line) => /^(\S+)/.exec(line)?.[1] ?? []);
  expect(places.length).toBeGreaterThan(5);
  expect(places.filter((place) => !existsSync(join(ROOT, place)))).toEqual([]);
});

test('every npm script that the README names is there', () => {
  const named = [...README.matchAll(/npm run ([a-z-]+)/g)].map((match) => match[1]!);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !(name in json('package.json').scripts))).toEqual([]);
});

const PACKAGES = [
  'package.json',
  'datasets/package.json',
  'cli/package.json',
  'emulator/package.json',
  'local/package.json',
  'console/package.json',
];

/** Name and version of every library; our own packages are none. */
const libraries = () =>
  PACKAGES.flatMap((file) =>
    Object.entries<string>({ ...json(file).dependencies, ...json(file).devDependencies }),
  ).filter(([name]) => !name.startsWith('@pipeline/'));

test('every dependency is pinned and has its line in the docs', () => {
  const documented = read('docs/dependencies.md');
  const all = libraries();
  expect(all.length).toBeGreaterThan(20);
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  expect(all.filter(([name]) => !documented.includes(`\`${name}\``)).map(([name]) => name)).toEqual([]);
});

test('every documented dependency is one', () => {
  const all = libraries().map(([name]) => name);
  const documented = [...read('docs/dependencies.md').matchAll(/^\| (`.*?`) \|/gm)].flatMap((row) =>
    [...row[1]!.matchAll(/`([^`]+)`/g)].map((name) => name[1]!),
  );
  expect(documented.length).toBeGreaterThan(20);
  expect(documented.filter((name) => !all.includes(name))).toEqual([]);
});

test('the CDK CLI is the one that fits the library', () => {
  expect(json('package.json').devDependencies['aws-cdk']).toBe('2.1148.1');
});
