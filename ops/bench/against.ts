import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchRow, benchRow, inTurn, median } from '@pipeline/emulator/bench';
import { writeFiles } from '../../local/bench/write-files';
import { type Checkout, restored } from './checkout';
import { measured } from './measured';

/** Two commits, measured in turn. */
export interface Pair {
  readonly now: Checkout;
  readonly before: Checkout;
}

/** What is compared with an earlier commit, by name. */
export const AGAINST: Readonly<Record<string, (pair: Pair) => Promise<BenchRow[]>>> = {
  clean: benchClean,
  'start-million': benchStartMillion,
  start: benchStart,
  answers: benchAnswers,
  synth: benchSynth,
  freshness: benchFreshness,
};

const MILLION = 1_000_000;

/** Cleaning the files of a million posts: the sink's files are written once, and each side cleans them twice. */
async function benchClean(pair: Pair): Promise<BenchRow[]> {
  return inFolder(async (root) => {
    const bucket = join(root, 'bucket');
    await writeFiles(bucket, MILLION);
    const sides = both<{ cpuSeconds: number; largestMB: number }>();
    for (let round = 0; round < 2; round++)
      for (const side of inOrder(round)) {
        const database = join(root, `${side}-${round}.duckdb`);
        const program = join(__dirname, 'clean-once.ts');
        const { stdout, largestMB } = await runTsx(pair[side].folder, [program, pair[side].folder, bucket, database]);
        sides[side].push({ ...JSON.parse(stdout.trim().split('\n').at(-1)!), largestMB });
        rmSync(database, { force: true });
      }
    return [
      row(pair, 'clean 1,000,000 posts, CPU', 's', sides, (taken) => taken.cpuSeconds, '≤ 0.65'),
      row(pair, 'clean 1,000,000 posts, peak memory', 'MB', sides, (taken) => taken.largestMB, '≤ 0.7'),
    ];
  });
}

/** The whole of a million posts to the verdict, once each: minutes. */
async function benchStartMillion(pair: Pair): Promise<BenchRow[]> {
  const sides = both<{ seconds: number; largestMB: number }>();
  for (const side of inOrder(0))
    await inFolder(async (root) => {
      sides[side].push(await startOnce(pair[side], join(root, 'data'), ['--posts', String(MILLION)]));
    });
  const what = 'npm start -- --once --posts 1000000';
  return [
    row(pair, what, 's', sides, ({ seconds }) => seconds, '≤ 0.75'),
    row(pair, `${what}, largest process`, 'MB', sides, ({ largestMB }) => largestMB, '≤ 0.45'),
  ];
}

/** The first start on an empty folder, and the second on what it left. */
async function benchStart(pair: Pair): Promise<BenchRow[]> {
  const first = both<number>();
  const second = both<number>();
  for (let round = 0; round < 3; round++)
    for (const side of inOrder(round))
      await inFolder(async (root) => {
        const data = join(root, 'data');
        first[side].push((await startOnce(pair[side], data)).seconds);
        second[side].push((await startOnce(pair[side], data)).seconds);
      });
  return [
    row(pair, 'npm start -- --once, first', 's', first, (seconds) => seconds, '≤ 0.85'),
    row(pair, 'npm start -- --once, second', 's', second, (seconds) => seconds, '≤ 0.85'),
  ];
}

/** Answers after a cleaning rule's SQL was changed, which makes every table anew. */
async function benchAnswers(pair: Pair): Promise<BenchRow[]> {
  const sides = both<number>();
  await inFolder(async (root) => {
    for (const side of inOrder(0)) await startOnce(pair[side], join(root, side));
    for (let round = 0; round < 3; round++)
      for (const side of inOrder(round)) {
        changeRule(join(pair[side].folder, 'datasets', 'sql', 'clean', 'pin.sql'), round);
        const args = ['local/answers.ts', '--data', join(root, side)];
        sides[side].push((await runTsx(pair[side].folder, args)).seconds);
      }
  }).finally(() => Promise.all([restored(pair.now), restored(pair.before)]));
  return [row(pair, 'npm run answers after a change of SQL', 's', sides, (seconds) => seconds, '≤ 0.4')];
}

/** Another text that cleans as before: a comment alone would be no change of the rules. */
function changeRule(file: string, round: number): void {
  const text = readFileSync(file, 'utf8');
  const end = /from ranked as k( where \d+ = \d+)?\s*$/;
  if (!end.test(text)) throw new Error(`${file} does not end as it did: this commit cannot be measured`);
  writeFileSync(file, text.replace(end, `from ranked as k where ${round} = ${round}\n`));
}

async function benchSynth(pair: Pair): Promise<BenchRow[]> {
  const sides = both<number>();
  for (let round = 0; round < 3; round++)
    for (const side of inOrder(round))
      await inFolder(async (root) => {
        const args = ['ops/synth.ts', '--env', 'dev', '--output', join(root, 'out')];
        sides[side].push((await runTsx(pair[side].folder, args)).seconds);
      });
  return [row(pair, 'npm run synth', 's', sides, (seconds) => seconds, '≤ 0.75')];
}

/** From a PUT to the speed view that counts it, as each side's own bench measures it. */
async function benchFreshness(pair: Pair): Promise<BenchRow[]> {
  const p99 = async (side: Side) => {
    const { stdout } = await runTsx(pair[side].folder, ['local/bench/main.ts', 'freshness']);
    const rows = stdout.split('\n').filter((line) => line.startsWith('{'));
    return (rows.map((line) => JSON.parse(line) as BenchRow).find(({ what }) => what.endsWith('p99')) as BenchRow).ours;
  };
  const [before, now] = await inTurn([() => p99('before'), () => p99('now')], 1);
  return [benchRow('PUT to visible in the speed view, p99', 's', now!, before!, nameOf(pair), '≤ 0.5')];
}

type Side = keyof Pair;

/** Whichever is first finds the machine cooler. */
const inOrder = (round: number): readonly Side[] => (round % 2 === 0 ? ['before', 'now'] : ['now', 'before']);
const both = <T>(): Record<Side, T[]> => ({ now: [], before: [] });
const nameOf = ({ before }: Pair) => before.commit.slice(0, 7);

function row<T>(
  pair: Pair,
  what: string,
  unit: string,
  sides: Readonly<Record<Side, readonly T[]>>,
  figure: (taken: T) => number,
  aim: string,
): BenchRow {
  const [now, before] = [median(sides.now.map(figure)), median(sides.before.map(figure))];
  return benchRow(what, unit, now, before, nameOf(pair), aim);
}

function startOnce(checkout: Checkout, data: string, options: readonly string[] = []) {
  const outputs = join(data, '..', 'outputs');
  return runTsx(checkout.folder, [
    ...['local/start.ts', '--once', '--port', '0', '--data', data, '--outputs', outputs],
    ...options,
  ]);
}

/** Runs a program as the commit's own npm script does; where that starts another program than node, by tsx's loader, without that program. */
function runTsx(folder: string, args: readonly string[]) {
  return measured(folder, process.execPath, [...nodeOptions(folder, args[0]!), ...args]);
}

function nodeOptions(folder: string, program: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: object };
  const [, options] = /^node (.+) \S+$/.exec(Object.values(scripts).find((line) => line.endsWith(` ${program}`))) ?? [];
  return options?.split(' ') ?? ['--import', pathToFileURL(require.resolve('tsx', { paths: [folder] })).href];
}

async function inFolder<T>(work: (root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    return await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
