import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** A command of ours that runs `program` in its terminal, has said the program's id, and ends with its exit code. */
async function given(program: string): Promise<{ command: ChildProcess; pid: number }> {
  const text = `
    require(${JSON.stringify(join(__dirname, '../cli/node-version.ts'))});
    const { runInTerminal } = require(${JSON.stringify(join(__dirname, 'run-in-terminal.ts'))});
    runInTerminal(process.execPath, ['--eval', ${JSON.stringify(`${program}; setTimeout(() => {}, 20_000); console.log(process.pid);`)}])
      .then((code) => process.exit(code));`;
  const command = spawn(process.execPath, ['--import', pathToFileURL(require.resolve('tsx')).href, '--eval', text], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = (await once(command.stdout!, 'data')) as [Buffer];
  return { command, pid: Number(said) };
}

async function isGone(pid: number): Promise<boolean> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await pause(20)) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  }
  return false;
}

test('a SIGTERM that reaches us alone ends the program in its own way', async () => {
  const { command, pid } = await given("process.on('SIGTERM', () => process.exit(7))");
  command.kill('SIGTERM');
  expect(await once(command, 'exit')).toEqual([7, null]);
  expect(await isGone(pid)).toBe(true);
});

test('Ctrl-C leaves it to the program when to end', async () => {
  const { command, pid } = await given("process.on('SIGINT', () => setTimeout(() => process.exit(3), 300))");
  command.kill('SIGINT');
  process.kill(pid, 'SIGINT');
  expect(await once(command, 'exit')).toEqual([3, null]);
});

test('a program that a signal ended is told by the signal', async () => {
  const { command, pid } = await given('');
  process.kill(pid, 'SIGINT');
  expect(await once(command, 'exit')).toEqual([130, null]);
});
