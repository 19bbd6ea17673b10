import '@pipeline/cli/node-version';
import { runCommand, say } from '@pipeline/cli/command';
import { oneOf, whole } from '@pipeline/cli/option-values';
import { type CommandLine, JSON_OUTPUT, OUTPUTS_FOLDER, parseOptions } from '@pipeline/cli/options';
import { readOutputs } from '@pipeline/cli/outputs';
import { renderSmoke, verdict } from './smoke/report';
import { smokeTest } from './smoke/smoke-test';

interface Options {
  readonly env: string;
  readonly outputs: string;
  readonly posts: number;
  readonly seed: number;
  readonly wait?: number;
  readonly lake: boolean;
  readonly through: string;
  readonly json: boolean;
}

const DESCRIPTION =
  'Sends posts through the API of an environment into both layers and checks what arrived: that every record is acknowledged, ' +
  "that the topics grew, and that each record comes back as it was sent, from its Kinesis stream and from the S3 sink's files. " +
  'Knows the environment from its outputs file alone. The rows are synthetic and have negative keys, which cleaning puts into ' +
  'quarantine: no answer changes, and no post is replaced, whatever data the environment holds.';

const LINE: CommandLine = {
  name: 'npm run smoke --',
  description: DESCRIPTION,
  options: [
    { flag: '--env <name>', help: 'environment, described by its outputs file', default: 'local' },
    OUTPUTS_FOLDER,
    { flag: '--posts <n>', help: 'posts to send', default: 100, parse: whole('--posts', 1, 10_000) },
    {
      flag: '--seed <n>',
      help: 'seed of the synthetic source',
      default: 100,
      parse: whole('--seed', 0, Number.MAX_SAFE_INTEGER),
    },
    {
      flag: '--wait <seconds>',
      help: 'seconds that records may take',
      otherwise: "30 for streams, the sink's timer and 90 for the lake",
      parse: whole('--wait', 1, 7200),
    },
    { flag: '--no-lake', help: "do not wait for the S3 sink's files" },
    {
      flag: '--through <end>',
      help: 'how far: lake, or answers, which starts a run of Spark, waits for it, and finds the posts in what the answers count',
      default: 'lake',
      parse: oneOf('--through', 'lake', 'answers'),
    },
    JSON_OUTPUT,
  ],
};

async function main(): Promise<number> {
  const options = parseOptions<Options>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const outputs = readOutputs(options.env, options.outputs);
  const report = await smokeTest({
    outputs,
    posts: options.posts,
    seed: options.seed,
    waitSeconds: options.wait,
    lake: options.lake,
    answers: options.through === 'answers',
    say,
  });
  console.log(options.json ? JSON.stringify(report) : renderSmoke(report));
  say(verdict(report));
  return report.problems.length === 0 ? 0 : 1;
}

// Node 20 is supported here; the SDK's advice to leave it would stand in the middle of the report.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

runCommand(main);
