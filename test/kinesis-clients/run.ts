import { CLIENTS, tell } from './clients';

/** `tsx test/kinesis-clients/run.ts URL [name…]`: lets the clients tell their story at any Kinesis endpoint. */
async function main([endpoint, ...names]: readonly string[]): Promise<number> {
  if (endpoint === undefined || !URL.canParse(endpoint)) {
    const known = CLIENTS.map(({ name }) => `'${name}'`).join(' ');
    process.stderr.write(`usage: tsx test/kinesis-clients/run.ts URL [name…], names: ${known}\n`);
    return 2;
  }
  let failed = 0;
  for (const client of CLIENTS) {
    if (names.length > 0 && !names.includes(client.name)) continue;
    try {
      client.requireTools();
      const lines = await tell(client, endpoint, `client-story-${process.pid}`);
      process.stdout.write(`${client.name}\n${lines.map((line) => `  ${line}\n`).join('')}`);
      if (lines.join('\n') !== client.story.join('\n')) throw new Error(`expected\n  ${client.story.join('\n  ')}`);
    } catch (error) {
      process.stderr.write(`${client.name}: ${(error as Error).message}\n`);
      failed += 1;
    }
  }
  return failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
