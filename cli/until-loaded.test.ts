import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

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

test('SIGHUP ends nothing where no terminal can close, as nohup wants it: neither before a command has begun nor after', async () => {
  const command = join(__dirname, 'command.ts');
  for (const then of ['', `require(${JSON.stringify(command)}).interruption().onabort = () => process.exit(143)`]) {
    const { child, ended } = await given(then);
    child.kill('SIGHUP');
    // The system hands out the lower number first.
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, 'Stopping …\n']);
  }
});

// `script` of other systems takes other words.
(process.platform === 'linux' ? test : test.skip)(
  'a terminal that closes ends what it shows',
  async () => {
    const program = `
    require(${JSON.stringify(join(__dirname, 'node-version.ts'))});
    const say = (word) => require('node:fs').writeSync(3, word);
    require(${JSON.stringify(join(__dirname, 'command.ts'))}).interruption().onabort = () => { say(' ended'); process.exit(7); };
    setTimeout(() => {}, 20_000);
    say('there');`;
    const words = ['--import', pathToFileURL(require.resolve('tsx')).href, '--eval', '"$PROGRAM"'];
    // One of the three streams is enough.
    const shown = `exec ${process.execPath} ${words.join(' ')} </dev/null 2>/dev/null`;
    const terminal = spawn('script', ['-qc', shown, '/dev/null'], {
      env: { ...process.env, PROGRAM: program, SHELL: '/bin/sh' },
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const told = terminal.stdio[3]!.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    await once(told, 'data');
    terminal.kill('SIGKILL');
    await once(told, 'end');
    expect(said).toBe('there ended');
  },
  30_000,
);
