import '@pipeline/cli/node-version';
import { existsSync } from 'node:fs';
import { interruption, runCommand, say } from '@pipeline/cli/command';
import { oneOf, UsageError } from '@pipeline/cli/option-values';
import { type CommandLine, JSON_OUTPUT, OUTPUTS_FOLDER, parseCommandLine } from '@pipeline/cli/options';
import { readOutputs } from '@pipeline/cli/outputs';
import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { exportQuarantine } from './quarantine/export';
import { listReasons, renderReasons } from './quarantine/list';
import { renderReplayed, replayQuarantine } from './quarantine/replay';
import { RuntimeClient } from './runtime-client';

interface Options {
  readonly env: string;
  readonly outputs: string;
  readonly layer?: Layer;
  readonly dataset?: Dataset;
  readonly reason?: string;
  readonly replace: boolean;
  readonly json: boolean;
}

const LINE: CommandLine = {
  name: 'npm run quarantine --',
  description:
    'What cleaning refused. `list` counts it by reason; `export FILE` writes it as one JSON object a line, with reason and place, to be corrected in an ' +
    "editor; `replay FILE` sends those lines again through the API, each into its layer, by the emulator's delivery, and says what became of them.",
  options: [
    { flag: '--env <name>', help: 'environment, described by its outputs file', default: 'local' },
    OUTPUTS_FOLDER,
    {
      flag: '--layer <layer>',
      help: 'only of this layer: batch or speed',
      otherwise: 'both',
      parse: oneOf('--layer', ...LAYERS),
    },
    {
      flag: '--dataset <name>',
      help: `only of this dataset: ${DATASETS.join(', ')}`,
      otherwise: 'all',
      parse: oneOf('--dataset', ...DATASETS),
    },
    { flag: '--reason <reason>', help: 'only of this reason, as list names it', otherwise: 'all' },
    { flag: '--replace', help: 'export over a file that is there', default: false },
    JSON_OUTPUT,
  ],
  words: { name: 'what', help: 'list, export FILE or replay FILE' },
};

async function main(): Promise<number> {
  const parsed = parseCommandLine<Options>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  const { options, words } = parsed;
  const [what, file, ...more] = words;
  if (what === undefined || !['list', 'export', 'replay'].includes(what) || more.length > 0)
    throw new UsageError(`${LINE.name} list, export FILE or replay FILE; got '${words.join(' ')}'`);
  if ((file === undefined) !== (what === 'list'))
    throw new UsageError(file === undefined ? `${what} needs a FILE` : `list takes no file, got '${file}'`);
  const outputs = readOutputs(options.env, options.outputs);
  const client = RuntimeClient.of(
    outputs,
    options.outputs,
    "shows its quarantine; in the cloud it is the quarantine table of the environment's Spark",
  );
  const { layer, dataset, reason } = options;
  const filter = { layer, dataset, reason };
  if (what === 'list') {
    const reasons = await listReasons(client, filter);
    console.log(options.json ? JSON.stringify(reasons) : renderReasons(reasons));
    return 0;
  }
  if (what === 'export') {
    if (existsSync(file!) && !options.replace)
      throw new UsageError(`${file} is there already; pass another name, or --replace to write over it`);
    const records = await exportQuarantine(client, filter, file!, say);
    if (options.json) console.log(JSON.stringify({ file, records }));
    else console.log(`${records} records are in ${file}. Correct them, then: ${LINE.name} replay ${file}`);
    return 0;
  }
  const signal = interruption();
  const report = await replayQuarantine({ client, target: outputs, file: file!, filter, say, signal });
  console.log(options.json ? JSON.stringify(report) : renderReplayed(report));
  if (signal.aborted) return 130;
  return report.reconciled && report.deadLettered === 0 && report.quarantinedAgain === 0 ? 0 : 1;
}

runCommand(main);
