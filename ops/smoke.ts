import { runCommand } from '@pipeline/cli/command';
import { whole } from '@pipeline/cli/option-values';
import { readOutputs } from '@pipeline/cli/outputs';
import { Command } from 'commander';
import { renderSmoke, verdict } from './smoke/report';
import { smokeTest } from './smoke/smoke-test';

interface Options {
  readonly env: string;
  readonly outputs: string;
  readonly posts: number;
  readonly seed: number;
  readonly wait?: number;
  readonly lake: boolean;
  readonly json: boolean;
}

const DESCRIPTION =
  'Sends posts through the API of an environment into both layers and checks what arrived: that every record is acknowledged, ' +
  "that the topics grew, and that each record comes back as it was sent, from its Kinesis stream and from the S3 sink's files. " +
  'Knows the environment from its outputs file alone. The rows are synthetic and have negative keys, which cleaning puts into ' +
  'quarantine: no answer changes, and no post is replaced, whatever data the environment holds.';

async function main(): Promise<number> {
  const options = parse(process.argv.slice(2));
  const outputs = readOutputs(options.env, options.outputs);
  const report = await smokeTest({
    outputs,
    posts: options.posts,
    seed: options.seed,
    waitSeconds: options.wait,
    lake: options.lake,
    say: (line) => console.error(line),
  });
  console.log(options.json ? JSON.stringify(report) : renderSmoke(report));
  console.error(verdict(report));
  return report.problems.length === 0 ? 0 : 1;
}

function parse(argv: readonly string[]): Options {
  const program = new Command('npm run smoke --')
    .description(DESCRIPTION)
    .option('--env <name>', 'environment, described by its outputs file', 'local')
    .option('--outputs <dir>', 'folder of the outputs files', 'outputs')
    .option('--posts <n>', 'posts to send', whole('--posts', 1, 10_000), 100)
    .option('--seed <n>', 'seed of the synthetic source', whole('--seed', 0, Number.MAX_SAFE_INTEGER), 100)
    .option(
      '--wait <seconds>',
      "seconds that records may take (default: 30 for streams, the sink's timer and 90 for the lake)",
      whole('--wait', 1, 7200),
    )
    .option('--no-lake', "do not wait for the S3 sink's files")
    .option('--json', 'print one JSON object on stdout', false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  program.parse(argv, { from: 'user' });
  return program.opts<Options>();
}

// Node 20 is supported here; the SDK's advice to leave it would stand in the middle of the report.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

runCommand(main);
