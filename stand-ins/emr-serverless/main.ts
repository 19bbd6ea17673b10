import { createInterface } from 'node:readline';
import { startEmr } from '.';

/**
 * The stand-in as a program, for tests in other languages. Prints one line of JSON, `{"url"}`, then obeys one command per line of
 * stdin, each a JSON object with one key, and answers each with one line of JSON. Ends with stdin.
 *
 * `{"addApplication": settings}` gives its id, `{"tag": {"applicationId", "tags"}}` tags it, `{"nextRun": {"code", "said"}}` says how the next
 * run ends (well, where nothing was said), `{"runs": null}` lists what was asked of each run and its state.
 */
async function main(): Promise<void> {
  const outcomes: { code: number; said: string }[] = [];
  const emr = await startEmr({
    region: 'us-east-1',
    account: '000000000000',
    execute: async () => outcomes.shift() ?? { code: 0, said: '' },
  });
  const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value ?? null)}\n`);
  const commands: Readonly<Record<string, (argument: never) => unknown>> = {
    addApplication: (settings: unknown) => emr.applications.create(settings).applicationId,
    tag: ({ applicationId, tags }: { applicationId: string; tags: Record<string, string> }) => {
      Object.assign(emr.applications.get(applicationId).tags, tags);
    },
    nextRun: (outcome: { code: number; said: string }) => {
      outcomes.push(outcome);
    },
    runs: () =>
      emr.applications
        .list()
        .flatMap(({ applicationId }) => emr.runs.of(applicationId))
        .map(({ request, state }) => ({ request, state })),
  };

  print({ url: emr.url });
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
  await emr.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
