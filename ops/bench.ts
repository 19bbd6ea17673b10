import '@pipeline/cli/node-version';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand, say } from '@pipeline/cli/command';
import { type CommandLine, JSON_OUTPUT, parseCommandLine } from '@pipeline/cli/options';
import { grouped, table } from '@pipeline/cli/table';
import type { BenchRow } from '@pipeline/emulator/bench';
import { missingForKafka } from '../toolchain/ensure-kafka';
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
};

/** Of parts that need more than Node: what this machine lacks and how to get it, if it does. */
const LACKS: Readonly<Record<string, () => string | undefined>> = {
  spark: () => missingFor(SPARK),
  kafka: missingForKafka,
};

const LINE: CommandLine = {
  name: 'npm run bench --',
  description: 'Measures the parts named, all if none is.',
  options: [JSON_OUTPUT],
  words: { name: 'part', help: 'what to measure', known: Object.keys(PARTS) },
};

async function main(): Promise<number> {
  const parsed = parseCommandLine<{ json: boolean }>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  const named = parsed.words;
  const rows: BenchRow[] = [];
  let failed = false;
  for (const part of named.length > 0 ? named : Object.keys(PARTS)) {
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
  process.stdout.write(parsed.options.json ? `${JSON.stringify({ rows })}\n` : benchTable(rows));
  return failed ? 1 : 0;
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
  const cells = rows.map(({ what, unit, ours, other, otherName, ratio }) => [
    what,
    unit,
    grouped(ours),
    other === null ? '' : grouped(other),
    otherName ?? '',
    ratio === null ? '' : `${ratio} ×`,
  ]);
  return `${table(['what', 'unit', 'ours', 'other', 'which', 'ratio'], cells).join('\n')}\n`;
}

runCommand(main);
