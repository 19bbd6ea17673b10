import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../test/systems/processes';
import { runChild } from './child';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'child-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a program of Node's, its lines in `lines`. */
function given(program: string, changes: { signal?: AbortSignal; stopTimeoutMs?: number } = {}) {
  const lines: string[] = [];
  const ended = runChild({
    command: process.execPath,
    args: ['-e', program],
    cwd: folder,
    env: { A_VARIABLE: 'its value' },
    told: 'what to do',
    log: join(folder, 'log'),
    onLine: (line) => lines.push(line),
    ...changes,
  });
  return { lines, ended };
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A program that starts another one, which ends of nothing but SIGKILL, and prints its process id. */
const WITH_STUBBORN_CHILD = `
  const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid)";
  require('child_process').spawn(process.execPath, ['-e', stubborn], { stdio: ['ignore', 'inherit', 'ignore'] });
`;

test('a program is told one line, is heard line by line, and its stderr goes to the log', async () => {
  const { lines, ended } = given(`
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      console.log(line);
      console.log(process.env.A_VARIABLE);
      console.error('for the log');
      process.exit(7);
    });
  `);
  expect(await ended).toEqual({ code: 7, endedBy: null });
  expect(lines).toEqual(['what to do', 'its value']);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('for the log\n');
});

test('a program that ends itself on SIGTERM gets the time for it', async () => {
  const stop = new AbortController();
  const { lines, ended } = given(
    `process.on('SIGTERM', () => setTimeout(() => { require('fs').writeFileSync('tidied', ''); process.exit(0); }, 100));
     console.log('ready'); setInterval(() => {}, 1000);`,
    { signal: stop.signal },
  );
  await until(() => lines.length === 1);
  stop.abort();
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  expect(existsSync(join(folder, 'tidied'))).toBe(true);
});

test('a program that is told to stop is gone with all that it has started, stubborn or not', async () => {
  const stop = new AbortController();
  const { lines, ended } = given(`${WITH_STUBBORN_CHILD} setInterval(() => {}, 1000);`, {
    signal: stop.signal,
    stopTimeoutMs: 200,
  });
  await until(() => lines.length === 1);
  stop.abort();
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  await until(() => !isRunning(Number(lines[0])));
});

test('a program that dies leaves nothing behind', async () => {
  const { lines, ended } = given(`${WITH_STUBBORN_CHILD} setTimeout(() => process.exit(3), 500);`, {
    stopTimeoutMs: 500,
  });
  expect(await ended).toEqual({ code: 3, endedBy: null });
  expect(lines).toHaveLength(1);
  await until(() => !isRunning(Number(lines[0])));
});

test('what was told to stop before it began does not begin', async () => {
  const { ended } = given(`require('fs').writeFileSync('begun', '')`, { signal: AbortSignal.abort() });
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  expect(existsSync(join(folder, 'begun'))).toBe(false);
});

test('a program that is not there is an error', async () => {
  const missing = join(folder, 'no-such-program');
  const run = { args: [], cwd: folder, env: {}, told: '', log: join(folder, 'log'), onLine: () => {} };
  await expect(runChild({ command: missing, ...run })).rejects.toThrow('ENOENT');
});

test('the program sees its stdin end when whoever started it is killed', async () => {
  const program = `process.stdin.on('end', () => require('fs').writeFileSync('left', '')).resume()`;
  const starter = join(folder, 'starter.ts');
  writeFileSync(
    starter,
    `import { runChild } from ${JSON.stringify(join(__dirname, 'child.ts'))};
     void runChild({ command: process.execPath, args: ['-e', ${JSON.stringify(program)}], cwd: ${JSON.stringify(folder)},
       env: {}, told: '', log: ${JSON.stringify(join(folder, 'log'))}, onLine: () => {} });
     setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);`,
  );
  const { ended } = given(
    `require('child_process').spawn(process.execPath, ['--import', ${JSON.stringify(require.resolve('tsx'))}, 'starter.ts'], { stdio: 'inherit' })`,
  );
  await ended;
  await until(() => existsSync(join(folder, 'left')));
});
