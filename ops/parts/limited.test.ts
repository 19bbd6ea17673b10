import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runLimited } from './limited';
import { limitSeconds, PARTS } from './parts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limited-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const given = (text: string) => {
  const file = join(folder, 'part.cjs');
  writeFileSync(file, text);
  return file;
};
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

test('a part sends its verdict', async () => {
  const file = given('process.send({ passed: 3, failed: 1, skipped: 2 }, () => process.disconnect())');
  expect(await runLimited({ part: 'some', file, limitSeconds: 60 })).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test('a part that hangs is ended with all that it started, and has failed', async () => {
  const pid = join(folder, 'pid');
  const file = given(`
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    require('node:fs').writeFileSync(${JSON.stringify(pid)}, String(child.pid));
    setInterval(() => {}, 1000);`);
  const lines: string[] = [];
  const verdict = await runLimited({ part: 'some', file, limitSeconds: 5 }, undefined, (line) => lines.push(line));
  expect(verdict).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(lines).toEqual(['FAILED some: not done after 5 s, so it was ended; what it was at stands in its last lines']);
  expect(existsSync(pid)).toBe(true);
  await pause(200);
  expect(isAlive(Number(readFileSync(pid, 'utf8')))).toBe(false);
});

test('the temporary files of a part go with it, also where it is killed', async () => {
  const note = join(folder, 'note');
  const file = given(`
    const fs = require('node:fs');
    fs.writeFileSync(${JSON.stringify(note)}, fs.mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'left-')));
    setInterval(() => {}, 1000);`);
  await runLimited({ part: 'some', file, limitSeconds: 5 }, undefined, () => {});
  const left = readFileSync(note, 'utf8');
  expect(left).toMatch(/part-some-\w{6}.left-\w{6}$/);
  expect(existsSync(join(left, '..'))).toBe(false);
});

test('a part that ends without a verdict has failed', async () => {
  const lines: string[] = [];
  const file = given('process.exit(0)');
  const verdict = await runLimited({ part: 'some', file, limitSeconds: 60 }, undefined, (line) => lines.push(line));
  expect(verdict).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(lines).toEqual(['FAILED some: ended without a verdict']);
});

test('an interrupted part is ended, and nobody waits for it', async () => {
  const controller = new AbortController();
  const running = runLimited(
    { part: 'some', file: given('setInterval(() => {}, 1000)'), limitSeconds: 60 },
    controller.signal,
  );
  setTimeout(() => controller.abort(), 500);
  await expect(running).rejects.toThrow('aborted');
});

test('every part has a limit above its budget', () => {
  for (const part of Object.values(PARTS)) expect(limitSeconds(part)).toBeGreaterThan(part.budgetSeconds);
  expect(limitSeconds({ budgetSeconds: 100 })).toBe(270);
});
