import { emulatorRows } from './rows';

/** Prints the emulator's rows, one JSON object a line. */
emulatorRows((line) => console.error(line)).then(
  (rows) => {
    for (const row of rows) console.log(JSON.stringify(row));
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
