import { spawnSync } from 'node:child_process';

/** Runs a program to its end without a shell; a seam for tests. */
export type Run = (command: string, args: readonly string[]) => unknown;

const runQuietly: Run = (command, args) => spawnSync(command, args, { stdio: 'ignore', windowsHide: true });

/**
 * Spawn options that put a program and all that it starts in a process group of its own, out of reach of a terminal's Ctrl-C.
 *
 * Windows has no such groups, and a detached program there opens a console window; `signalGroup` ends its tree instead.
 */
export function ownGroup(platform: NodeJS.Platform = process.platform): { detached: boolean; windowsHide: boolean } {
  return { detached: platform !== 'win32', windowsHide: true };
}

/**
 * Sends a signal to a program that was started with `ownGroup`, and to all that it started. A program that has ended is no error.
 *
 * On Windows every signal ends the program's tree at once, because Windows knows no signals.
 */
export function signalGroup(
  pid: number | undefined,
  signal: NodeJS.Signals,
  platform: NodeJS.Platform = process.platform,
  run: Run = runQuietly,
): void {
  if (pid === undefined) return;
  if (platform === 'win32') {
    run('taskkill', ['/pid', String(pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
