import { ConfigError } from '../config/load';

/** Runs a command's work and ends with its code; an error becomes its one message, and 2 where a file or option is wrong. */
export function reportingErrors(main: () => Promise<number>): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = error instanceof ConfigError ? 2 : 1;
    },
  );
}
