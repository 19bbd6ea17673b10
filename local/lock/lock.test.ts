import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holderIn, holdFolder, isLockFile } from '.';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process that holds the folder, started with options of Node's. */
async function holder(...options: string[]): Promise<ChildProcess> {
  const argv = [...options, '--import', 'tsx', join(__dirname, 'testing/holder.ts'), folder];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
}

test('who holds a folder keeps everybody else out, in this process too, until it is given free', async () => {
  const held = await holdFolder(folder);
  await expect(holdFolder(folder)).rejects.toThrow(`${folder} is open in this process already; close it first`);
  held.release();
  (await holdFolder(folder)).release();
});

test('another name of the folder is the same folder', async () => {
  const alias = `${folder}-alias`;
  symlinkSync(folder, alias);
  try {
    const held = await holdFolder(folder);
    await expect(holdFolder(alias)).rejects.toThrow('is open in this process already');
    held.release();
  } finally {
    rmSync(alias);
  }
});

test('another process is named, and its folder is free the moment it is killed', async () => {
  const child = await holder();
  await expect(holdFolder(folder)).rejects.toThrow(
    `${folder} is in use by process ${child.pid}; stop it, or choose another folder`,
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  (await holdFolder(folder)).release();
});

test('a folder stays held when its holder keeps nothing of what it was given, and garbage is collected', async () => {
  const child = await holder('--expose-gc');
  await expect(holdFolder(folder)).rejects.toThrow(`${folder} is in use by process ${child.pid}`);
});

test('a dead holder that nobody has buried, as in a container without an init, holds nothing', async () => {
  // The shell starts the holder and never waits for it: killed, it stays a zombie as long as the shell lives.
  const script = '"$@" & echo $! >&2; exec sleep 60';
  const shell = spawn(
    'sh',
    ['-c', script, 'sh', process.execPath, '--import', 'tsx', join(__dirname, 'testing/holder.ts'), folder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  children.push(shell);
  const [pid] = await Promise.all([once(shell.stderr!, 'data'), once(shell.stdout!, 'data')]);
  const zombie = Number(String(pid));
  process.kill(zombie, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 300));
  // Still there: a lock that asks for living process ids would take it for alive.
  expect(process.kill(zombie, 0)).toBe(true);
  (await holdFolder(folder)).release();
});

test('the number of a dead holder that another process has now means nothing', async () => {
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, started: null }));
  (await holdFolder(folder)).release();
});

test('of many that come at once, one holds', async () => {
  const script = `require('tsx/cjs'); const { holdFolder } = require(${JSON.stringify(join(__dirname, 'index.ts'))});
    holdFolder(${JSON.stringify(folder)}).then(() => { console.log('held'); setInterval(() => {}, 1000); }, () => console.log('refused'));`;
  const words = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      return String((await once(child.stdout!, 'data'))[0]).trim();
    }),
  );
  expect(words.sort()).toEqual(['held', 'refused', 'refused', 'refused']);
}, 30_000);

test('a lock file with other bytes in it is told, with what to do', async () => {
  writeFileSync(join(folder, 'held.lock'), 'junk');
  await expect(holdFolder(folder)).rejects.toThrow(
    /held\.lock is damaged; no record is in it: remove it while nothing uses/,
  );
  expect(readFileSync(join(folder, 'held.lock'), 'utf8')).toBe('junk');
});

test('nothing else stays in the folder', async () => {
  const held = await holdFolder(folder);
  expect(readdirSync(folder).every(isLockFile)).toBe(true);
  held.release();
});

test.each([
  [
    'Linux and macOS',
    'IO Error: Could not set lock on file "/d/held.lock": Conflicting lock is held in /usr/bin/node (PID 44251) by user a. See also …',
    { pid: '44251' },
  ],
  [
    'Linux in another namespace',
    'IO Error: Could not set lock on file "/d/held.lock": Resource temporarily unavailable',
    { pid: undefined },
  ],
  [
    'Windows',
    'IO Error: Cannot open file "C:\\d\\held.lock": The process cannot access the file because it is being used by another process.\r\n\nFile is already open in \nC:\\node.exe (PID 8252)',
    { pid: '8252' },
  ],
  [
    'Windows in German',
    'IO Error: Cannot open file "C:\\d\\held.lock": Der Prozess kann nicht auf die Datei zugreifen, da sie von einem anderen Prozess verwendet wird.\r\n\nFile is already open in \nC:\\node.exe (PID 3528)',
    { pid: '3528' },
  ],
  ['a folder that cannot be written', 'IO Error: Cannot open file "/d/held.lock": Permission denied', undefined],
])('the words of DuckDB on %s are understood', (_system, words, holder) => {
  expect(holderIn(words)).toEqual(holder);
});
