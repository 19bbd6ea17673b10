import '@pipeline/cli/node-version';
import { runCommand } from '@pipeline/cli/command';
import { whole } from '@pipeline/cli/option-values';
import { type CommandLine, ENVIRONMENT, JSON_OUTPUT, parseOptions } from '@pipeline/cli/options';
import { DEFAULT_POSTS } from '@pipeline/datasets/synthetic';
import { loadEnvironment } from '../config/load';
import { costOf } from './cost/report';
import { costTable } from './cost/table';

interface Options {
  readonly env: string;
  readonly postsPerDay: number;
  readonly batchSize: number;
  readonly json: boolean;
}

const LINE: CommandLine = {
  name: 'npm run cost --',
  description:
    'What an environment costs by the hour and month: from its templates and the dated list prices in ops/cost/prices.json. Needs no account. What has no price there is listed, and in no total.',
  options: [
    ENVIRONMENT,
    {
      flag: '--posts-per-day <n>',
      help: 'posts that come in, each a record of three datasets into both layers',
      default: DEFAULT_POSTS,
      parse: whole('--posts-per-day', 0, 1e9),
    },
    {
      flag: '--batch-size <n>',
      help: "records in a request; 1 is the exercise's own way",
      default: 500,
      parse: whole('--batch-size', 1, 500),
    },
    JSON_OUTPUT,
  ],
};

async function main(): Promise<number> {
  const options = parseOptions<Options>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const { env, postsPerDay, batchSize, json } = options;
  const config = loadEnvironment(env);
  // Loads the CDK, which takes seconds; a wrong option is told before.
  const { templatesOf } = await import('./cost/templates.ts');
  const report = costOf(config, templatesOf(config), { postsPerDay, batchSize });
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : costTable(report));
  return 0;
}

runCommand(main);
