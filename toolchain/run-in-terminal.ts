import { type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { watchNpm } from '@pipeline/cli/npm-watch';

/**
 * Runs somebody else's program in this terminal, as if it had been called by itself. Ctrl-C reaches it as well as us, and it ends as it sees
 * fit; what reaches us alone, a SIGTERM or the end of our npm, it gets as a SIGTERM.
 *
 * @returns its exit code; of one that a signal ended, 128 and the signal's number
 */
export async function runInTerminal(
  command: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'stdio'> = {},
): Promise<number> {
  const child = spawn(command, args, { ...options, stdio: 'inherit', windowsHide: true });
  const leave = () => {};
  const handOn = () => void child.kill('SIGTERM');
  process.on('SIGINT', leave).on('SIGTERM', handOn);
  const leaveNpm = watchNpm(handOn);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    leaveNpm();
    process.off('SIGINT', leave).off('SIGTERM', handOn);
  }
}
