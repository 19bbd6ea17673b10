import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { missingFor, SPARK } from './python/pytest';

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly other: number | null;
  readonly otherName: string | null;
  readonly ratio: number | null;
}

/** What can be measured, and the program that prints its rows, one JSON object a line. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  routes: ['local/bench/main.ts', 'routes'],
  'put-records': ['local/bench/main.ts', 'put-records'],
  'million-posts': ['local/bench/main.ts', 'million-posts'],
  freshness: ['local/bench/main.ts', 'freshness'],
  emulator: ['emulator/bench/bench.ts'],
  'emulator-memory': ['emulator/bench/bench.ts', 'memory'],
  'emulator-gateway': ['local/bench/main.ts', 'emulator-gateway'],
  spark: ['ops/python/bench-spark.ts'],
};

/** Of parts that need more than Node: what this machine lacks and how to get it, if it does. */
const LACKS: Readonly<Record<string, () => string | undefined>> = { spark: () => missingFor(SPARK) };

const USAGE = `npm run bench -- [part …] [--json]: measures the parts named, all if none is: ${Object.keys(PARTS).join(', ')}\n`;

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const named = argv.filter((argument) => argument !== '--json');
  const unknown = named.find((part) => !(part in PARTS));
  if (unknown) {
    process.stderr.write(`no part '${unknown}' of the bench (known: ${Object.keys(PARTS).join(', ')})\n`);
    return 2;
  }
  const rows: Row[] = [];
  let failed = false;
  for (const part of named.length > 0 ? named : Object.keys(PARTS)) {
    const lacking = LACKS[part]?.();
    if (lacking !== undefined) {
      // Unless it was asked for, what cannot be measured here is no failure.
      process.stderr.write(`${part} ${named.length > 0 ? 'cannot run' : 'skipped'}: ${lacking}\n`);
      if (named.length > 0) failed = true;
      continue;
    }
    process.stderr.write(`${part} …\n`);
    // A process each: no part runs in the heap that another one left.
    const { code, stdout } = await run(PARTS[part]!);
    for (const line of stdout.split('\n')) if (line.startsWith('{')) rows.push(JSON.parse(line));
    if (code !== 0) {
      failed = true;
      process.stderr.write(`${part} ended with ${code}; its rows are incomplete\n`);
    }
  }
  process.stdout.write(argv.includes('--json') ? `${JSON.stringify({ rows })}\n` : table(rows));
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

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ what, unit, ours, other, otherName, ratio }) => [
    what,
    unit,
    ours.toLocaleString('en-US'),
    other === null ? '' : other.toLocaleString('en-US'),
    otherName ?? '',
    ratio === null ? '' : `${ratio} ×`,
  ]);
  const all = [['what', 'unit', 'ours', 'other', 'which', 'ratio'], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const right = [2, 3, 5];
  return all
    .map((row) =>
      row
        .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
