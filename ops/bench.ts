import '@pipeline/cli/node-version';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand, say } from '@pipeline/cli/command';
import { UsageError } from '@pipeline/cli/option-values';
import { type CommandLine, JSON_OUTPUT, parseCommandLine } from '@pipeline/cli/options';
import { grouped, table } from '@pipeline/cli/table';
import type { BenchRow } from '@pipeline/emulator/bench';
import { missingForKafka } from '../toolchain/ensure-kafka';
import { AGAINST } from './bench/against';
import { checkedOut, uncommitted } from './bench/checkout';
import { missingFor, SPARK } from './parts/pytest';

/** What can be measured, and the program that prints its rows, one JSON object a line. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  routes: ['local/bench/main.ts', 'routes'],
  kafka: ['local/bench/main.ts', 'kafka'],
  'put-records': ['local/bench/main.ts', 'put-records'],
  'million-posts': ['local/bench/main.ts', 'million-posts'],
  freshness: ['local/bench/main.ts', 'freshness'],
  console: ['local/bench/main.ts', 'console'],
  emulator: ['emulator/bench/bench.ts'],
  'emulator-memory': ['emulator/bench/bench.ts', 'memory'],
  'emulator-gateway': ['local/bench/main.ts', 'emulator-gateway'],
  spark: ['ops/bench-spark.ts'],
  'spark-million': ['ops/bench/spark-million.ts'],
};

/** Parts that take most of an hour. */
const WHEN_NAMED: readonly string[] = ['spark-million'];

/** Of parts that need more than Node: what this machine lacks and how to get it, if it does. */
const LACKS: Readonly<Record<string, () => string | undefined>> = {
  spark: () => missingFor(SPARK),
  'spark-million': () =>
    process.platform === 'linux' ? missingFor(SPARK) : 'it measures by /proc, which only Linux has',
  kafka: missingForKafka,
};

const LINE: CommandLine = {
  name: 'npm run bench --',
  description: `Measures the parts named; if none is, all but ${WHEN_NAMED.join(' and ')}, which takes most of an hour.`,
  options: [
    {
      flag: '--against <commit>',
      help: 'measure the last commit and an earlier one in turn; each is checked out into .cache/bench and gets its own npm ci; Linux only',
      otherwise: 'this tree alone, beside other programs',
    },
    JSON_OUTPUT,
  ],
  words: {
    name: 'part',
    help: `what to measure; with --against one of ${Object.keys(AGAINST).join(', ')}`,
    known: [...new Set([...Object.keys(PARTS), ...Object.keys(AGAINST)])],
  },
};

async function main(): Promise<number> {
  const parsed = parseCommandLine<{ json: boolean; against?: string }>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  const { json, against } = parsed.options;
  const named = parsed.words;
  const parts = Object.keys(against === undefined ? PARTS : AGAINST);
  const unknown = named.find((part) => !parts.includes(part));
  if (unknown !== undefined)
    throw new UsageError(`${unknown} is measured ${against === undefined ? 'only with' : 'without'} --against`);
  if (against !== undefined) {
    const rows = await compare(against, named.length > 0 ? named : parts);
    process.stdout.write(json ? `${JSON.stringify({ rows })}\n` : benchTable(rows));
    return 0;
  }
  const rows: BenchRow[] = [];
  let failed = false;
  for (const part of named.length > 0 ? named : Object.keys(PARTS).filter((each) => !WHEN_NAMED.includes(each))) {
    const lacking = LACKS[part]?.();
    if (lacking !== undefined) {
      // Unless it was asked for, what cannot be measured here is no failure.
      say(`${part} ${named.length > 0 ? 'cannot run' : 'skipped'}: ${lacking}`);
      if (named.length > 0) failed = true;
      continue;
    }
    say(`${part} …`);
    // A process each: no part runs in the heap that another one left.
    const { code, stdout } = await run(PARTS[part]!);
    for (const line of stdout.split('\n')) if (line.startsWith('{')) rows.push(JSON.parse(line));
    if (code !== 0) {
      failed = true;
      say(`${part} ended with ${code}; its rows are incomplete`);
    }
  }
  process.stdout.write(json ? `${JSON.stringify({ rows })}\n` : benchTable(rows));
  return failed ? 1 : 0;
}

/** The rows of the parts named, each of the last commit beside the one to compare with. @throws UsageError; Error for a side that fails */
async function compare(against: string, parts: readonly string[]): Promise<BenchRow[]> {
  if (process.platform !== 'linux') throw new UsageError('--against measures by /proc, which only Linux has');
  const changed = await uncommitted();
  if (changed.length > 0) say(`not measured, because it is not committed: ${changed.length} changed files`);
  const pair = { before: await checkedOut(against), now: await checkedOut('HEAD') };
  const rows: BenchRow[] = [];
  for (const part of parts) {
    say(`${part} …`);
    rows.push(...(await AGAINST[part]!(pair)));
  }
  return rows;
}

function run([program, ...argv]: readonly string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve, reject) => {
    const loader = pathToFileURL(require.resolve('tsx')).href;
    const child = spawn(process.execPath, ['--import', loader, program!, ...argv], {
      cwd: join(__dirname, '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout }));
  });
}

function benchTable(rows: readonly BenchRow[]): string {
  const cells = rows.map(({ what, unit, ours, other, otherName, ratio, aim }) => [
    what,
    unit,
    grouped(ours),
    other === null ? '' : grouped(other),
    otherName ?? '',
    ratio === null ? '' : `${ratio} ×`,
    aim ?? '',
  ]);
  return `${table(['what', 'unit', 'ours', 'other', 'which', 'ratio', 'aim'], cells).join('\n')}\n`;
}

runCommand(main);
