import { emulatorRows, memoryRow } from './rows';

/** Prints the emulator's rows, one JSON object a line; with `memory` the one that takes minutes instead. */
async function main(): Promise<void> {
  const rows =
    process.argv[2] === 'memory'
      ? [await memoryRow()]
      : await emulatorRows((line) => process.stderr.write(`${line}\n`));
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
