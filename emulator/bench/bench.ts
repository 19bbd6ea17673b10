import { benchDelivery } from './delivery';

/** Prints the emulator's rows, one JSON object a line. */
async function main(): Promise<void> {
  for (const row of await benchDelivery()) console.log(JSON.stringify(row));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
