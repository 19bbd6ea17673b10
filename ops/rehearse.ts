import '@pipeline/cli/node-version';
import { devNull } from 'node:os';
import { interruption, runCommand, say } from '@pipeline/cli/command';
import { UsageError, whole } from '@pipeline/cli/option-values';
import { type CommandLine, ENVIRONMENT, JSON_OUTPUT, parseOptions } from '@pipeline/cli/options';
import { load } from 'js-yaml';
import { environmentNames, loadEnvironment } from '../config/load';
import { ensureSpark, ensureVenv, missingForSpark } from '../toolchain/ensure-python';
import { MissingTool } from '../toolchain/tools';
import { rehearseEnvironment } from './rehearsal/environment';
import { rehearseJoined } from './rehearsal/joined';
import { overlaid } from './rehearsal/overlay';
import { CANNOT_SHOW, type RehearsalReport, renderReports } from './rehearsal/report';

interface Options {
  readonly env: string;
  readonly change?: { readonly path: string; readonly value: unknown };
  readonly port?: number;
  readonly answers: boolean;
  readonly json?: boolean;
}

const DESCRIPTION = `Deploys an environment to a CloudFormation engine on this machine with the real CDK CLI: bootstrap, deploy, deploy again,
diff, change one setting, switch on what the file leaves out, destroy. Needs Python 3.11 or 3.12 and no AWS account.`;

const LINE: CommandLine = {
  name: 'npm run rehearse --',
  description: DESCRIPTION,
  options: [
    {
      ...ENVIRONMENT,
      help: 'environment: the name of a file in config/, or all, which also joins a network and a cluster that are there',
    },
    {
      flag: '--change <path=value>',
      help: 'setting to change in the update',
      otherwise: 'streams.retentionHours, a day more',
      parse: parseChange,
    },
    {
      flag: '--port <port>',
      help: 'port of the engine',
      otherwise: 'a free one',
      parse: whole('--port', 0, 65_535),
    },
    { flag: '--no-answers', help: 'leave the run of Spark out, which takes most of the time' },
    JSON_OUTPUT,
  ],
};

function parseChange(text: string): { path: string; value: unknown } {
  const [, path, value] = /^([a-z]\w*(?:\.[a-z]\w*)*)=(.+)$/i.exec(text) ?? [];
  if (path === undefined || value === undefined)
    throw new UsageError(`--change must be like streams.retentionHours=48, got '${text}'`);
  return { path, value: load(value) };
}

async function main(): Promise<number> {
  const options = parseOptions<Options>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const { env, change, port, answers, json } = options;
  // Nothing of the user's own AWS, neither keys nor settings, has a say in a rehearsal.
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('AWS_'))) delete process.env[name];
  process.env.AWS_CONFIG_FILE = process.env.AWS_SHARED_CREDENTIALS_FILE = devNull;
  // Node 20 will do for what we ask of the SDK.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const signal = interruption();

  const names = env === 'all' ? environmentNames() : [env];
  // What is wrong with a file or a setting is told before anything is started.
  for (const name of names) overlaid(loadEnvironment(name), { changes: change && { [change.path]: change.value } });
  const reports: RehearsalReport[] = [];
  try {
    const python = await ensureVenv('rehearsal', say);
    const lacking = answers ? missingForSpark() : undefined;
    if (!answers) say('Runs of Spark are not rehearsed: --no-answers leaves them out.');
    else if (lacking !== undefined) say(`Runs of Spark are not rehearsed: that ${lacking}`);
    const spark = answers && lacking === undefined ? await ensureSpark(say, signal) : undefined;
    const options = { python, spark, change, port, say, signal };
    for (const name of names) reports.push(await rehearseEnvironment(name, options));
    if (env === 'all') reports.push(await rehearseJoined(names[0]!, options));
  } catch (error) {
    if (signal.aborted) {
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

runCommand(main);
