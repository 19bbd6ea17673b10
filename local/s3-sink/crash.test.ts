import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openLog } from '../log';
import { S3Sink } from '.';
import { ARRIVAL, DEAD_LETTERS, SMALLEST } from './testing/sink';

const folder = mkdtempSync(join(tmpdir(), 's3-sink-crash-'));
const outputs = mkdtempSync(join(tmpdir(), 's3-sink-crash-outputs-'));
afterAll(() => {
  for (const made of [folder, outputs]) rmSync(made, { recursive: true });
});

/** Records that are acknowledged before each kill: on a busy machine that takes longer. */
const BEFORE_KILL = 100;

/** Runs the writer of `testing/` and kills it `afterMs` after so many of its records were acknowledged. Gives the numbers that were acknowledged. */
async function writeUntilKilled(first: number, afterMs: number): Promise<number[]> {
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const writer = join(__dirname, 'testing/writer.ts');
  // A file, not a pipe: a pipe that is read too slowly refuses the writer's lines.
  const output = join(outputs, String(first));
  const file = openSync(output, 'w');
  const child = spawn(process.execPath, ['--import', tsx, writer, folder, String(first)], {
    stdio: ['ignore', file, 'inherit'],
  });
  closeSync(file);
  const opened = setInterval(() => {
    if (acknowledgedIn(output).length < BEFORE_KILL) return;
    clearInterval(opened);
    setTimeout(() => child.kill('SIGKILL'), afterMs);
  }, 5);
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  clearInterval(opened);
  expect(signal).toBe('SIGKILL');
  return acknowledgedIn(output);
}

/** The numbers of what the writer said was acknowledged, behind its first line; a line that is cut off says nothing. */
function acknowledgedIn(output: string): number[] {
  return readFileSync(output, 'utf8')
    .split('\n')
    .slice(1, -1)
    .flatMap((line) => {
      const [number = 0, count = 0] = line.split(' ').map(Number);
      return Array.from({ length: count }, (_, index) => number + index);
    });
}

/** The lines of all files in the bucket, parsed; no file may end in mid-line. */
function linesInFiles(): { number: number; kafka_partition: number; kafka_offset: number }[] {
  const entries = readdirSync(join(folder, 'bucket'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      const lines = text.split('\n');
      expect([entry.name, lines.pop()]).toEqual([entry.name, '']);
      const parsed = lines.map(
        (line) => JSON.parse(line) as { number: number; kafka_partition: number; kafka_offset: number },
      );
      const [, partition, startOffset] = /^u\.pin\+(\d)\+(\d{10})\.json$/.exec(entry.name) ?? [];
      expect([partition, Number(startOffset)]).toEqual([String(parsed[0]!.kafka_partition), parsed[0]!.kafka_offset]);
      return parsed;
    });
}

test('after kill -9 at any instant each record is in one file once, or dead-lettered once', async () => {
  const acknowledged: number[] = [];
  for (const [round, afterMs] of [0, 63, 117].entries()) {
    acknowledged.push(...(await writeUntilKilled(round * 1_000_000, afterMs)));
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(3 * BEFORE_KILL);

  const log = await openLog(join(folder, 'log'));
  const config = { ...SMALLEST, ...ARRIVAL, ...DEAD_LETTERS, 'flush.size': '7' };
  const sink = await S3Sink.open({ log, folder: join(folder, 'bucket'), config });
  await sink.closeFiles();
  const { written, refused } = sink.counts()['u.pin']!;
  const stored = [0, 1].flatMap((partition) =>
    log
      .read('u.pin', partition, 0, { maxRecords: Number.POSITIVE_INFINITY })
      .map((record) => ({ ...record, partition })),
  );
  const dead = log.read('u.dead-letters', 0, 0, { maxRecords: Number.POSITIVE_INFINITY });
  await sink.stop();
  await log.close();

  const lines = linesInFiles();
  const byPlace = ([a]: [string, number], [b]: [string, number]) => (a < b ? -1 : 1);
  const place = (partition: number, offset: number) => `${partition}/${String(offset).padStart(9, '0')}`;
  const found = [
    ...lines.map((line): [string, number] => [place(line.kafka_partition, line.kafka_offset), line.number]),
    ...dead.map(({ headers, value }): [string, number] => [
      place(Number(headers!['__connect.errors.partition']), Number(headers!['__connect.errors.offset'])),
      Number(value),
    ]),
  ].sort(byPlace);
  const wanted = stored.map(({ partition, offset, value }): [string, number] => {
    const sent = JSON.parse(String(value)) as number | { number: number };
    return [place(partition, offset), typeof sent === 'number' ? sent : sent.number];
  });
  expect(found).toEqual(wanted.sort(byPlace));
  expect({ written, refused }).toEqual({ written: lines.length, refused: dead.length });
  const numbers = new Set(found.map(([, number]) => number));
  expect(numbers.size).toBe(found.length);
  expect(acknowledged.filter((number) => !numbers.has(number))).toEqual([]);
  expect(dead.length).toBeGreaterThan(10);
});
