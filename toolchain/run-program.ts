import { spawn } from 'node:child_process';
import { ownGroup, signalGroup } from '@pipeline/cli/process-group';
import { isBatchFile } from './tools';

/** A program failed; the message has its last lines, and is told whole. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
  readonly exitCode = 1;
}

/**
 * Runs a program to its end. With a signal it can be interrupted, and with it all that it has started.
 *
 * @throws ProgramFailed; the signal's reason, after it has been ended
 */
export async function runProgram(command: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  // A process group of its own is out of reach of a terminal's Ctrl-C: only for those who can interrupt it themselves.
  const group = signal === undefined ? {} : ownGroup();
  const batch = isBatchFile(command);
  // A batch file only runs through Windows' shell, which splits arguments at blanks.
  const child = spawn(command, batch ? args.map((argument) => `"${argument}"`) : args, {
    shell: batch,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...group,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-4000);
    });
  }
  const interrupt = () => signalGroup(child.pid, 'SIGTERM');
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const status = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
    signal?.throwIfAborted();
    if (status !== 0) throw new ProgramFailed(`${command} ${args.join(' ')} ended with ${status}:\n${printed.trim()}`);
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}
