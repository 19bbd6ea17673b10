import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Log, openLog, type StoredRecord } from '.';

const folder = mkdtempSync(join(tmpdir(), 'log-crash-'));
const outputs = mkdtempSync(join(tmpdir(), 'log-crash-outputs-'));
afterAll(() => {
  for (const made of [folder, outputs]) rmSync(made, { recursive: true });
});

/** Runs the writer of `fixtures/` and kills it `afterMs` after its log is open. Gives what it printed. */
async function writeUntilKilled(run: string, afterMs: number): Promise<string[]> {
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  // A file, not a pipe: a pipe that is read too slowly refuses the writer's lines.
  const output = join(outputs, run);
  const file = openSync(output, 'w');
  const argv = ['--import', tsx, join(__dirname, 'testing/writer.ts'), folder, run];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', file, 'inherit'] });
  closeSync(file);
  const opened = setInterval(() => {
    if (statSync(output).size === 0) return;
    clearInterval(opened);
    setTimeout(() => child.kill('SIGKILL'), afterMs);
  }, 5);
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  clearInterval(opened);
  expect(signal).toBe('SIGKILL');
  // The last line may be cut.
  return readFileSync(output, 'utf8').split('\n').slice(1, -1);
}

function all(log: Log, partition: number): StoredRecord[] {
  return log.read('pin', partition, 0, { maxRecords: Number.POSITIVE_INFINITY });
}

test('after kill -9 every acknowledged record is there once, in its place, with its position; nothing is half there', async () => {
  const acknowledged: string[] = [];
  for (const [run, afterMs] of [
    ['first', 150],
    ['second', 73],
    ['third', 211],
  ] as const) {
    const lines = await writeUntilKilled(run, afterMs);
    expect(lines.length).toBeGreaterThan(10);
    acknowledged.push(...lines);
  }
  const log = await openLog(folder);
  try {
    const stored = [all(log, 0), all(log, 1)];
    for (const line of acknowledged) {
      const [partition, base, writer, number, count] = line.split(' ') as [string, string, string, string, string];
      for (let index = 0; index < Number(count); index += 1) {
        const record = stored[Number(partition)]![Number(base) + index]!;
        expect([record.offset, String(record.key), String(record.value).split(':')[0]]).toEqual([
          Number(base) + index,
          writer,
          String(Number(number) + index),
        ]);
      }
    }
    // Each writer's numbers run from 0 without a gap or a repeat, and end where the position committed with them says.
    const numbers = new Map<string, number>();
    for (const { key, value } of stored.flat()) {
      const writer = String(key);
      const [number, filling] = String(value).split(':') as [string, string];
      expect(Number(number)).toBe(numbers.get(writer) ?? 0);
      expect(filling).toHaveLength((Number(number) * 37) % 3000);
      numbers.set(writer, Number(number) + 1);
    }
    expect(numbers.size).toBe(18);
    for (const [writer, next] of numbers) expect(log.position(writer)).toBe(String(next));
  } finally {
    await log.close();
  }
});
