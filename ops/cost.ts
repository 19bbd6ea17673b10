import { DEFAULT_POSTS } from '@pipeline/datasets/synthetic';
import { Command, InvalidArgumentError } from 'commander';
import { loadEnvironment } from '../config/load';
import { costOf } from './cost/report';
import { costTable } from './cost/table';
import { reportingErrors } from './report-errors';

interface Options {
  readonly env: string;
  readonly postsPerDay: number;
  readonly batchSize: number;
  readonly json: boolean;
}

const program = new Command('npm run cost --')
  .description(
    'What an environment costs by the hour and month: from its templates and the dated list prices in ops/cost/prices.json. Needs no account. What has no price there is listed, and in no total.',
  )
  .requiredOption('--env <name>', 'environment: the name of a file in config/')
  .option(
    '--posts-per-day <n>',
    'posts that come in, each a record of three datasets into both layers',
    whole(0, 1e9),
    DEFAULT_POSTS,
  )
  .option('--batch-size <n>', "records in a request; 1 is the exercise's own way", whole(1, 500), 500)
  .option('--json', 'print one JSON object on stdout', false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
program.parse();

async function main(): Promise<number> {
  const { env, postsPerDay, batchSize, json } = program.opts<Options>();
  const config = loadEnvironment(env);
  // Loads the CDK, which takes seconds; a wrong option is told before.
  const { templatesOf } = await import('./cost/templates.ts');
  const report = costOf(config, templatesOf(config), { postsPerDay, batchSize });
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : costTable(report));
  return 0;
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

reportingErrors(main);
