import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs a program that has loaded what every command loads first, and has said `there` after it did `then`. */
async function given(then: string): Promise<{ child: ChildProcess; ended: Promise<[unknown, string]> }> {
  const first = join(__dirname, 'node-version.ts');
  const program = `require(${JSON.stringify(first)}); ${then}; setInterval(() => {}, 1000); console.log('there')`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--eval', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]): [unknown, string] => [code ?? signal, stderr]);
  await once(child.stdout, 'data');
  return { child, ended };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a command that has not begun, with a line', async (signal, code) => {
  const { child, ended } = await given('');
  child.kill(signal);
  expect(await ended).toEqual([code, 'Stopping …\n']);
});

test('a command with its own way to end ends in that', async () => {
  const command = join(__dirname, 'command.ts');
  const { child, ended } = await given(
    `require(${JSON.stringify(command)}).interruption().onabort = () => process.exit(7)`,
  );
  child.kill('SIGINT');
  expect(await ended).toEqual([7, 'Stopping …\n']);
});

test('SIGHUP ends it as it ends any program, unless nohup said otherwise', async () => {
  const { child, ended } = await given('');
  child.kill('SIGHUP');
  expect(await ended).toEqual(['SIGHUP', '']);
});
