import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childrenOf, isRunning, thisSystem } from './processes';

const READERS = [
  ['/proc', true],
  ['ps', false],
] as const;

test.each(READERS.filter(([name]) => name === 'ps' || process.platform === 'linux'))(
  'by %s a process is running until it has ended, and is among the children of its parent',
  async (_name, proc) => {
    const reader = thisSystem(process.platform, proc);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    expect(isRunning(child.pid!, reader)).toBe(true);
    expect(childrenOf(process.pid, reader)).toContain(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning(child.pid!, reader)).toBe(false);
    expect(childrenOf(process.pid, reader)).not.toContain(child.pid);
  },
);

test('a zombie is not running', () => {
  const reader = { stateOf: () => 'Z+', all: () => [] };
  expect(isRunning(1, reader)).toBe(false);
});

test('a system that nothing can be asked of is an error, never "gone"', () => {
  expect(() => thisSystem('win32', false)).toThrow('nothing here tells whether a process is gone');
});
