import { fork } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { ownGroup, signalGroup } from '@pipeline/cli/process-group';
import { TempFolder } from './temp-folder';
import type { Verdict } from './verdict';

/** A program that sends one verdict, and what it is started with. */
export interface PartProgram {
  readonly part: string;
  readonly file: string;
  readonly limitSeconds: number;
}

/**
 * Runs a part in a process group of its own. A part that is not done by its limit, or that ends without a verdict, is one failure, and says so.
 *
 * @throws the signal's reason, after the part and all that it started have been ended
 */
export async function runLimited(
  { part, file, limitSeconds }: PartProgram,
  signal?: AbortSignal,
  tell: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Promise<Verdict> {
  signal?.throwIfAborted();
  const temp = new TempFolder(`part-${part}`);
  const child = fork(file, [part], {
    env: { ...process.env, ...temp.variables },
    execArgv: ['--import', pathToFileURL(require.resolve('tsx')).href],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...ownGroup(),
  });
  let verdict: Verdict | undefined;
  let tooLong = false;
  child.on('message', (message) => {
    verdict = message as Verdict;
  });
  const end = () => signalGroup(child.pid, 'SIGKILL');
  const timer = setTimeout(() => {
    tooLong = true;
    end();
  }, limitSeconds * 1000);
  signal?.addEventListener('abort', end, { once: true });
  try {
    // Its verdict may be read after its end: all of it is there when the channel has closed, too.
    await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    // What the part left behind, such as a worker that outlived its end.
    end();
    temp.remove();
  }
  signal?.throwIfAborted();
  if (verdict !== undefined) return verdict;
  const why = tooLong
    ? `not done after ${Math.round(limitSeconds)} s, so it was ended; what it was at stands in its last lines`
    : 'ended without a verdict';
  tell(`FAILED ${part}: ${why}`);
  return { passed: 0, failed: 1, skipped: 0 };
}
