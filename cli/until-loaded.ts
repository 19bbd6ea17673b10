import { isatty } from 'node:tty';

/**
 * Whether a terminal is there that can close. A run of `nohup` has none: nohup turns the streams that are one into files. Its word that SIGHUP
 * ends nothing is lost, because Node takes every signal back to its default when it starts.
 */
export const hasTerminal: boolean = [0, 1, 2].some((stream) => isatty(stream));
if (!hasTerminal) process.on('SIGHUP', () => {});

/**
 * Until a command has its own way to end (`interruption`), and in one that never takes any, a signal ends it with a line. Every command loads
 * this first, for what it loads afterwards takes most of a second. SIGHUP of a terminal is left alone: it ends any program.
 */
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

type Name = keyof typeof SIGNALS;

const names = Object.keys(SIGNALS) as Name[];

function end(signal: Name): void {
  // Somebody else ends it in another way.
  if (process.listenerCount(signal) > 1) return;
  process.stderr.write(`${process.stderr.isTTY ? '\n' : ''}Stopping …\n`);
  process.exit(128 + SIGNALS[signal]);
}

for (const name of names) process.on(name, end);

/** From here on the command has its own way. Called once that is there, so that no signal falls between the two. */
export function endsItself(): void {
  for (const name of names) process.removeListener(name, end);
}
