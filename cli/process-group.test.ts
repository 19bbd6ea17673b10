import { spawn } from 'node:child_process';
import { ownGroup, signalGroup } from './process-group';

test('on Windows the tree of a program is ended by taskkill, and no group is made', () => {
  const ran: unknown[] = [];
  signalGroup(4711, 'SIGTERM', 'win32', (...command) => ran.push(command));
  expect(ran).toEqual([['taskkill', ['/pid', '4711', '/t', '/f']]]);
  expect(ownGroup('win32')).toEqual({ detached: false, windowsHide: true });
  expect(ownGroup('darwin')).toEqual({ detached: true, windowsHide: true });
});

test('elsewhere a signal reaches the group, and one that has ended is no error', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
    ...ownGroup('linux'),
  });
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  signalGroup(child.pid, 'SIGTERM', 'linux');
  expect(await ended).toBe('SIGTERM');
  expect(() => signalGroup(child.pid, 'SIGTERM', 'linux')).not.toThrow();
  expect(() => signalGroup(undefined, 'SIGTERM')).not.toThrow();
});
