import '@pipeline/cli/node-version';
import { interruption, runCommand, say } from '@pipeline/cli/command';
import { UsageError, whole } from '@pipeline/cli/option-values';
import { type CommandLine, JSON_OUTPUT, OUTPUTS_FOLDER, parseCommandLine } from '@pipeline/cli/options';
import { readOutputs } from '@pipeline/cli/outputs';
import type { AnswersWithout, Trace } from '../local/serving/contract';
import { RuntimeClient } from './runtime-client';
import { cloudTrace } from './trace/cloud-trace';
import { renderTrace, renderWithout } from './trace/render';

interface Options {
  readonly env: string;
  readonly outputs: string;
  readonly without: boolean;
  readonly files: number;
  readonly wait: number;
  readonly json: boolean;
}

const LINE: CommandLine = {
  name: 'npm run trace --',
  description:
    'Follows one post through the pipeline: each of its records hop by hop, with times, and which record answers rest on. On the laptop the ' +
    "runtime tells; anywhere else its records are looked for in the streams and in the lake's newest files, and what cannot be looked at is named.",
  options: [
    { flag: '--env <name>', help: 'environment, described by its outputs file', default: 'local' },
    OUTPUTS_FOLDER,
    {
      flag: '--without',
      help: 'also say which answers change when the post is left out; on the laptop',
      default: false,
    },
    {
      flag: '--files <n>',
      help: "how many of the lake's newest files to read in each partition; not on the laptop",
      default: 20,
      parse: whole('--files', 0, 100_000),
    },
    {
      flag: '--wait <seconds>',
      help: 'seconds that reading the streams to their ends may take; not on the laptop',
      default: 120,
      parse: whole('--wait', 1, 7200),
    },
    JSON_OUTPUT,
  ],
  words: { name: 'key', help: "the post's key: the index of a pin, the ind of the others" },
};

async function main(): Promise<number> {
  const parsed = parseCommandLine<Options>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  const { options, words } = parsed;
  const [key] = words;
  if (key === undefined || words.length > 1)
    throw new UsageError(`one key is asked for, got ${words.length}; for example: ${LINE.name} 7`);
  const outputs = readOutputs(options.env, options.outputs);
  if (outputs.viewsUrl === undefined && options.without)
    throw new UsageError(`--without needs the laptop's runtime; ${options.env} has none`);
  const found =
    outputs.viewsUrl === undefined
      ? await cloudTrace({ outputs, key, files: options.files, waitSeconds: options.wait, say, signal: interruption() })
      : await RuntimeClient.of(outputs, options.outputs, 'can be asked').get<Trace>(`trace/${encodeURIComponent(key)}`);
  const without = options.without
    ? await RuntimeClient.of(outputs, options.outputs, 'can be asked').get<AnswersWithout>(
        `trace/${encodeURIComponent(key)}/without`,
      )
    : undefined;
  if (options.json) console.log(JSON.stringify({ ...found, ...(without && { without }) }));
  else console.log([...renderTrace(found), ...(without ? ['', ...renderWithout(without)] : [])].join('\n'));
  return found.records.length > 0 ? 0 : 1;
}

// Node 20 is supported here; the SDK's advice to leave it would stand in the middle of what is found.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

runCommand(main);
