import { readdirSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { load } from 'js-yaml';
import { loadEnvironment } from '../config/load';
import { ensureVenv } from '../toolchain/ensure-python';
import { MissingTool } from '../toolchain/tools';
import { rehearseEnvironment } from './rehearsal/environment';
import { overlaid } from './rehearsal/overlay';
import { CANNOT_SHOW, type RehearsalReport, renderReports } from './rehearsal/report';
import { reportingErrors } from './report-errors';

interface Options {
  readonly env: string;
  readonly change?: { readonly path: string; readonly value: unknown };
  readonly port?: number;
  readonly json?: boolean;
}

const DESCRIPTION = `Deploys an environment to a CloudFormation engine on this machine with the real CDK CLI: bootstrap, deploy, deploy again,
diff, change one setting, switch on what the file leaves out, destroy. Needs Python 3.11 or 3.12 and no AWS account.`;

function parseOptions(argv: readonly string[]): Options {
  const program = new Command('npm run rehearse --')
    .description(DESCRIPTION)
    .requiredOption('--env <name>', 'environment: the name of a file in config/, or all')
    .option(
      '--change <path=value>',
      'setting to change in the update (default: streams.retentionHours, a day more)',
      parseChange,
    )
    .option('--port <port>', 'port of the engine (default: a free one)', parsePort)
    .option('--json', 'print one JSON object on stdout')
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  program.parse(argv, { from: 'user' });
  return program.opts<Options>();
}

function parseChange(text: string): { path: string; value: unknown } {
  const [, path, value] = /^([a-z]\w*(?:\.[a-z]\w*)*)=(.+)$/i.exec(text) ?? [];
  if (path === undefined || value === undefined)
    throw new InvalidArgumentError('must be like streams.retentionHours=48');
  return { path, value: load(value) };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('must be from 1 to 65535');
  return port;
}

async function main(): Promise<number> {
  const { env, change, port, json } = parseOptions(process.argv.slice(2));
  // Nothing of the user's own AWS, neither keys nor settings, has a say in a rehearsal.
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('AWS_'))) delete process.env[name];
  process.env.AWS_CONFIG_FILE = process.env.AWS_SHARED_CREDENTIALS_FILE = devNull;
  // Node 20 will do for what we ask of the SDK.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const say = (line: string) => console.error(line);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupt.abort());

  const names = env === 'all' ? environments() : [env];
  // What is wrong with a file or a setting is told before anything is started.
  for (const name of names) overlaid(loadEnvironment(name), { changes: change && { [change.path]: change.value } });
  const reports: RehearsalReport[] = [];
  try {
    const python = await ensureVenv('rehearsal', say);
    for (const name of names) {
      reports.push(await rehearseEnvironment(name, { python, change, port, say, signal: interrupt.signal }));
    }
  } catch (error) {
    if (interrupt.signal.aborted) {
      say('Stopped; nothing is left running.');
      return 130;
    }
    if (error instanceof MissingTool) throw new Error(`a rehearsal ${error.message}`);
    throw error;
  }
  process.stdout.write(
    json ? `${JSON.stringify({ rehearsals: reports, cannotShow: CANNOT_SHOW })}\n` : renderReports(reports),
  );
  return reports.every(({ ok }) => ok) ? 0 : 1;
}

function environments(): string[] {
  const files = readdirSync(join(__dirname, '..', 'config')).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => file.slice(0, -'.yaml'.length)).sort();
}

reportingErrors(main);
