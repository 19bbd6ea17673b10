import { errorText, exitCodeOf } from './error-text';
import { npmsOwnLines, watchNpm } from './npm-watch';
import { endsItself, hasTerminal } from './until-loaded';

/** Runs a command to its exit code: 0 done, 1 for failed work, 2 for wrong usage, 130 when interrupted. Errors stand on stderr. */
export function runCommand(command: () => Promise<number>, explain: (error: unknown) => string = errorText): void {
  const hint = npmsOwnLines(process.argv, Boolean(process.stdout.isTTY));
  if (hint !== undefined) say(hint);
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

/**
 * Aborts, and says so at once, on the first Ctrl-C or other signal to end, and when the npm that started us has gone; the second signal
 * ends the process as if there were no handler. SIGHUP is such a signal where there is a terminal; elsewhere it ends nothing, although it ends npm.
 *
 * @param quiet says nothing, where the command says something of its own
 */
export function interruption({ quiet = false }: { readonly quiet?: boolean } = {}): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    if (controller.signal.aborted) return;
    // A terminal shows ^C, perhaps behind a line of progress.
    if (!quiet) say(`${process.stderr.isTTY ? '\n' : ''}Stopping …`);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, abort);
  endsItself();
  const leaveNpm = watchNpm(abort);
  process.once('SIGHUP', hasTerminal ? abort : leaveNpm);
  return controller.signal;
}
