import '@pipeline/cli/node-version';
import { runCommand } from '@pipeline/cli/command';
import { table } from '@pipeline/cli/table';
import { parseOptions } from './options';
import { allRunning, type Running } from './runtime/running';

const DESCRIPTION = 'Says which pipelines run on this machine: folder, environment, ports, and since when.';

async function main(): Promise<number> {
  const options = parseOptions<{ json: boolean }>('status', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  const running = await allRunning();
  process.stdout.write(`${options.json ? JSON.stringify({ running: running.map(told) }) : render(running)}\n`);
  return 0;
}

function told({ viewsUrl, health: { env, userId, here, uptimeSeconds, troubles } }: Running) {
  return {
    folder: here?.folder ?? null,
    env,
    userId,
    viewsUrl,
    addresses: here?.addresses ?? null,
    uptimeSeconds,
    troubles,
  };
}

function render(running: readonly Running[]): string {
  if (running.length === 0) return 'No pipeline runs on this machine; npm start starts one.';
  const rows = running.map(({ viewsUrl, health: { env, here, uptimeSeconds, troubles } }) => [
    here?.folder ?? 'unknown',
    env,
    here ? portsOf(here.addresses) : new URL(viewsUrl).port,
    new Date(Date.now() - uptimeSeconds * 1000).toLocaleString('sv-SE').slice(0, 16),
    String(troubles.filter(({ level }) => level === 'wrong').length || 'nothing'),
  ]);
  return table(['folder', 'environment', 'ports', 'since', 'wrong now'], rows, { width: 160, right: [] }).join('\n');
}

/** `8080-8083` where they stand in a row. */
function portsOf({ api, kinesis, kafkaRest, s3 }: NonNullable<Running['health']['here']>['addresses']): string {
  const ports = [api, kinesis, kafkaRest, s3].flatMap((url) => (url === null ? [] : [Number(new URL(url).port)]));
  const isRow = ports.every((port, at) => port === ports[0]! + at);
  return isRow ? `${ports[0]}-${ports.at(-1)}` : ports.join(', ');
}

runCommand(main);
