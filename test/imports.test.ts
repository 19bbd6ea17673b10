import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = join(__dirname, '..');

/** Which places a place may import from, itself aside. Longest prefix wins. `*` at the end of a list stands for any. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  datasets: [],
  'datasets/names': ['datasets/schema'],
  'datasets/synthetic': ['datasets/schema', 'datasets/rules'],
  'datasets/sql': ['datasets/schema'],
  'datasets/mistakes': ['datasets/schema', 'datasets/sql'],
  'datasets/schema': [],
  'datasets/rules': ['datasets/schema'],
  // The sentence about an environment that has no file is one for all commands.
  config: ['datasets', 'cli/environments'],
  lambda: ['datasets'],
  'lib/constructs': ['config', 'datasets', 'lambda'],
  'lib/stacks': ['lib/constructs', 'config', 'datasets', 'lambda'],
  'lib/pipeline': ['lib/stacks', 'lib/constructs', 'config', 'datasets'],
  bin: ['lib', 'config', 'datasets'],
  cli: ['datasets'],
  emulator: ['datasets', 'cli', 'emulator'],
  'emulator/source': ['datasets', 'cli', 'emulator'],
  'emulator/send': ['datasets', 'cli', 'emulator'],
  'emulator/show': ['datasets', 'cli', 'emulator'],
  'local/json': [],
  // What AWS takes, as data: the laptop throttles by it, and ops computes with it.
  'local/limits': [],
  'local/wire': [],
  'local/lock': [],
  'local/log': ['cli', 'local/lock'],
  // The seam above the log: topics in a log of ours, or in a Kafka.
  'local/topics': ['local/log'],
  'local/kafka': ['cli', 'local/log', 'local/topics', 'toolchain'],
  'local/gateway': ['local/wire', 'local/json', 'local/limits'],
  'local/kafka-rest': ['local/wire', 'local/log', 'local/topics', 'local/json'],
  'local/kinesis': ['local/wire', 'local/log', 'local/limits'],
  'local/s3': ['cli', 'local/wire'],
  'local/s3-sink': ['cli', 'local/wire', 'local/log', 'local/topics', 'local/json'],
  'local/tables': ['datasets', 'local/lock'],
  'local/batch': ['datasets'],
  'local/speed': ['datasets'],
  'local/serving': ['datasets', 'local/wire'],
  'local/spark': ['cli', 'datasets', 'toolchain'],
  local: ['local', 'emulator', 'cli', 'datasets', 'toolchain'],
  'local/runtime': ['local', 'emulator', 'cli', 'datasets', 'toolchain'],
  // The console and what serves it are tied by types alone.
  console: ['local/serving/contract', 'datasets/schema'],
  'local/report': ['local', 'emulator', 'cli', 'datasets', 'toolchain'],
  // The lock that the system holds is one, for data and for tools.
  toolchain: ['cli', 'local/lock'],
  contract: ['datasets', 'cli', 'emulator'],
  'stand-ins': [],
  ops: [
    'cdk.json',
    'config',
    'lib',
    'bin',
    'datasets',
    'cli',
    'emulator',
    'local',
    'lambda',
    'ops/rehearsal',
    'toolchain',
    'contract',
  ],
  'ops/airflow': ['cli', 'config', 'datasets', 'stand-ins', 'toolchain'],
  'ops/rehearsal': [
    'ops',
    'cli',
    'toolchain',
    'config',
    'datasets',
    'lib',
    'local/gateway',
    'local/wire',
    'stand-ins',
    'cdk.json',
  ],
};

const PLACES = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);

function placeOf(path: string): string | undefined {
  return PLACES.find((place) => path === place || path.startsWith(`${place}/`) || path.startsWith(`${place}.`));
}

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (entry === 'node_modules') return [];
    if (statSync(path).isDirectory()) return sourcesUnder(path);
    return /\.tsx?$/.test(entry) && !/\.test\.ts$/.test(entry) ? [path] : [];
  });
}

/** What a file names in any way of importing: `import … from`, `export … from`, `import 'x'`, `import('x')`, `require('x')`. */
function importsOf(file: string): string[] {
  return importsIn(readFileSync(file, 'utf8'));
}

function importsIn(text: string): string[] {
  const ways = [
    /(?:^|\n)\s*(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]/g,
    /(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
    /\brequire(?:\.resolve)?\(\s*['"]([^'"]+)['"]/g,
  ];
  return ways.flatMap((way) => [...text.matchAll(way)].map((match) => match[1]!));
}

/** Where an import of ours leads, from the repository's root; undefined for a library. */
function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('@pipeline/')) return specifier.slice('@pipeline/'.length);
  if (!specifier.startsWith('.')) return undefined;
  return relative(ROOT, resolve(dirname(file), specifier));
}

const TOP_FOLDERS = [
  'bin',
  'cli',
  'config',
  'console',
  'contract',
  'datasets',
  'emulator',
  'lambda',
  'lib',
  'local',
  'ops',
  'stand-ins',
  'toolchain',
].filter((folder) => readdirSync(ROOT).includes(folder));
const FILES = TOP_FOLDERS.flatMap((folder) => sourcesUnder(join(ROOT, folder)));

test('there are sources to look at', () => {
  expect(FILES.length).toBeGreaterThan(30);
});

test.each([
  ["import { a } from 'x';", 'x'],
  ["import type { A } from '../x';", '../x'],
  ["import {\n  a,\n  b,\n} from './x';", './x'],
  ["export * from 'x';", 'x'],
  ["import 'x';", 'x'],
  ["const { a } = await import('x');", 'x'],
  ["type A = import('./x').A;", './x'],
  ["const a = require('x');", 'x'],
  ["const path = require.resolve('x/main');", 'x/main'],
])('%j is seen', (text, specifier) => {
  expect(importsIn(text)).toEqual([specifier]);
});

test('imports run in one direction', () => {
  const against = FILES.flatMap((file) => {
    const from = relative(ROOT, file);
    const place = placeOf(from);
    return importsOf(file).flatMap((specifier) => {
      const target = targetOf(file, specifier);
      if (target === undefined) return [];
      const to = placeOf(target);
      const allowed =
        to === place || MAY_IMPORT[place ?? '']?.some((other) => target === other || target.startsWith(`${other}/`));
      return allowed ? [] : [`${from} imports ${target}`];
    });
  });
  expect(against).toEqual([]);
});

test('what runs with no AWS account never loads the CDK', () => {
  const cdk = FILES.filter((file) => /^(datasets|cli|emulator|local)\//.test(relative(ROOT, file))).filter((file) =>
    importsOf(file).some((specifier) => /^(aws-cdk-lib|constructs|@aws-cdk\/)/.test(specifier)),
  );
  expect(cdk).toEqual([]);
});
