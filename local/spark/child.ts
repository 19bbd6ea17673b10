import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ownGroup, signalGroup } from '@pipeline/cli/process-group';

/** A program that is started, told one line, listened to line by line, and never left behind. */
export interface Child {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** First line of its stdin, which then stays open: at its end the program knows that we are gone. */
  readonly told: string;
  /** File that takes its stderr, written anew. */
  readonly log: string;
  readonly onLine: (line: string) => void;
  /** Ends the program and all that it has started. */
  readonly signal?: AbortSignal;
  /** What the program gets to end itself before it is killed. @default 3 s */
  readonly stopTimeoutMs?: number;
}

export interface Ended {
  readonly code: number | null;
  readonly endedBy: NodeJS.Signals | null;
}

/**
 * Runs a program in a process group of its own, which Ctrl-C on a terminal does not reach, to its end and that of all who share its stdout.
 *
 * @throws Error when it cannot be started; the signal's reason when it was told to end, after it has
 */
export async function runChild(child: Child): Promise<Ended> {
  const { signal, stopTimeoutMs = 3_000 } = child;
  signal?.throwIfAborted();
  const log = openSync(child.log, 'w');
  const running = spawn(child.command, child.args, {
    cwd: child.cwd,
    env: child.env,
    stdio: ['pipe', 'pipe', log],
    ...ownGroup(),
  });
  closeSync(log);
  running.stdin!.on('error', () => {}); // it has ended, and how is told below
  running.stdin!.write(`${child.told}\n`);
  createInterface({ input: running.stdout! }).on('line', child.onLine);

  let timer: NodeJS.Timeout | undefined;
  const killSoon = () => {
    timer ??= setTimeout(() => signalGroup(running.pid, 'SIGKILL'), stopTimeoutMs);
  };
  const stop = () => {
    signalGroup(running.pid, 'SIGTERM');
    killSoon();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const ended = await new Promise<Ended>((resolve, reject) => {
      running.once('error', reject);
      // What it started may outlive it, and holds its stdout.
      running.once('exit', killSoon);
      running.once('close', (code, endedBy) => resolve({ code, endedBy }));
    });
    signal?.throwIfAborted();
    return ended;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
