import '@pipeline/cli/node-version';
import { interruption, runCommand, say } from '@pipeline/cli/command';
import { whole } from '@pipeline/cli/option-values';
import { type CommandLine, OUTPUTS_FOLDER, parseOptions } from '@pipeline/cli/options';
import { readOutputs } from '@pipeline/cli/outputs';
import { serveConsole } from './console/server';
import { refuseWithoutCredentials } from './credentials';

interface Options {
  readonly env: string;
  readonly outputs: string;
  readonly port: number;
  readonly files: number;
  readonly wait: number;
}

const LINE: CommandLine = {
  name: 'npm run console --',
  description:
    'Serves the console for a deployed environment, on this machine alone: asks its API with your credentials, reads its streams and lake, and says what ' +
    'it cannot look at. It only reads. Knows the environment from its outputs file. The laptop needs no such server: its runtime serves its own console.',
  options: [
    { flag: '--env <name>', help: 'environment, described by its outputs file', default: 'local' },
    OUTPUTS_FOLDER,
    {
      flag: '--port <n>',
      help: 'port of the page; 0 takes a free one',
      default: 8090,
      parse: whole('--port', 0, 65_535),
    },
    {
      flag: '--files <n>',
      help: "how many of the lake's newest files to read in each partition when a post is looked for",
      default: 20,
      parse: whole('--files', 0, 100_000),
    },
    {
      flag: '--wait <seconds>',
      help: 'seconds that reading the streams to their ends may take then',
      default: 30,
      parse: whole('--wait', 1, 7200),
    },
  ],
};

async function main(): Promise<number> {
  const options = parseOptions<Options>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const outputs = readOutputs(options.env, options.outputs);
  if (outputs.viewsUrl !== undefined) {
    say(`${outputs.env} runs on this machine, and serves its own console at ${outputs.viewsUrl}`);
    return 0;
  }
  if (outputs.auth === 'iam') await refuseWithoutCredentials(outputs.region);
  const signal = interruption();
  const { port, files, wait: waitSeconds } = options;
  const server = await serveConsole({ outputs, port, files, waitSeconds, say, signal });
  say(`console of ${outputs.env}  ${server.url}`);
  say(`It asks ${outputs.apiUrl}${outputs.auth === 'iam' ? ', signed with your credentials' : ''}. Ctrl-C ends it.`);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await server.close();
  return 0;
}

runCommand(main);
