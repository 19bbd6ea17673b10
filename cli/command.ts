import { UsageError } from './option-values';

/** Runs a command to its exit code: 1 for failed work, 2 for wrong usage, each with one line on stderr. */
export function runCommand(
  command: () => Promise<number>,
  explain: (error: Error) => string = ({ message }) => message,
): void {
  command().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? explain(error).split('\n')[0] : String(error));
      process.exitCode = error instanceof UsageError ? 2 : 1;
    },
  );
}

/** Aborts on the first Ctrl-C; the second ends the process as if there were no handler. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
