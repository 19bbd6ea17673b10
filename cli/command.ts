import { errorText, exitCodeOf } from './error-text';

/** Runs a command to its exit code: 0 done, 1 for failed work, 2 for wrong usage, 130 when interrupted. Errors stand on stderr. */
export function runCommand(command: () => Promise<number>, explain: (error: unknown) => string = errorText): void {
  command().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      say(explain(error));
      process.exitCode = exitCodeOf(error);
    },
  );
}

/** A line for the person at the terminal; what a program may read goes to stdout. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Aborts on the first Ctrl-C; the second ends the process as if there were no handler. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
