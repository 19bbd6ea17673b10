import { createInterface } from 'node:readline';
import { startDatabricks } from '.';

/**
 * The stand-in as a program, for tests in other languages. Prints one line of JSON,
 * `{"url","port","token","clientId","clientSecret"}`, then obeys one command per line of stdin, each a JSON
 * object with one key, and answers each with one line of JSON: see README.md. Ends with stdin.
 */
async function main(): Promise<void> {
  const databricks = await startDatabricks();
  const { url, port, token, clientId, clientSecret } = databricks;
  const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value ?? null)}\n`);

  const commands: Readonly<Record<string, (argument: never) => unknown>> = {
    addJob: (settings: unknown) => databricks.addJob(settings),
    failNext: (planned: Parameters<typeof databricks.failNext>[0]) => databricks.failNext(planned),
    nextRun: (outcome: Parameters<typeof databricks.nextRun>[0]) => databricks.nextRun(outcome),
    calls: () => databricks.calls,
    runs: () => databricks.runs(),
    faultsLeft: () => databricks.faults.left(),
  };

  print({ url, port, token, clientId, clientSecret });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const [name = '', argument] = Object.entries(JSON.parse(line) as Record<string, unknown>)[0] ?? [];
      const command = commands[name];
      if (command === undefined) throw new Error(`no command ${name} (known: ${Object.keys(commands).join(', ')})`);
      print({ ok: command(argument as never) ?? null });
    } catch (error) {
      print({ error: (error as Error).message });
    }
  }
  await databricks.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
