import '@pipeline/cli/node-version';
import { runCommand } from '@pipeline/cli/command';
import { above0, UsageError, whole } from '@pipeline/cli/option-values';
import { type CommandLine, ENVIRONMENT, JSON_OUTPUT, parseOptions } from '@pipeline/cli/options';
import { loadEnvironment } from '../config/load';
import { loadOf } from './capacity/load';
import { capacityReport } from './capacity/report';
import { capacityTable } from './capacity/table';

interface Options {
  readonly env: string;
  readonly postsPerSecond?: number;
  readonly postsPerDay?: number;
  readonly batchSize: number;
  readonly keptDays: number;
  readonly json: boolean;
}

const LINE: CommandLine = {
  name: 'npm run capacity --',
  description:
    'What an environment carries, hop by hop, and the smallest change of its file that carries a rate, with the new price. Every limit is in local/limits/limits.json, with who said so and when. Needs no account.',
  options: [
    ENVIRONMENT,
    {
      flag: '--posts-per-second <n>',
      help: 'posts while it is busiest, each a record of three datasets into both layers',
      otherwise: 'one of this and --posts-per-day has to be given',
      parse: above0('--posts-per-second'),
    },
    {
      flag: '--posts-per-day <n>',
      help: 'the same by the day, spread evenly: where a day has a peak, give that as --posts-per-second',
      otherwise: 'one of this and --posts-per-second has to be given',
      parse: whole('--posts-per-day', 1, 1e12),
    },
    {
      flag: '--batch-size <n>',
      help: "records in a request; 1 is the exercise's own way",
      default: 500,
      parse: whole('--batch-size', 1, 500),
    },
    {
      flag: '--kept-days <n>',
      help: 'days of posts at this rate that the tables hold: each run answers anew over all of them',
      default: 30,
      parse: whole('--kept-days', 0, 36_500),
    },
    JSON_OUTPUT,
  ],
};

async function main(): Promise<number> {
  const options = parseOptions<Options>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const config = loadEnvironment(options.env);
  const { batchSize, keptDays, json } = options;
  const load = loadOf({ postsPerSecond: rateOf(options), batchSize, keptDays });
  // Loads the CDK, which takes seconds; a wrong option is told before.
  const { templatesOf } = await import('./cost/templates.ts');
  const report = capacityReport(config, load, templatesOf);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : capacityTable(report));
  return 0;
}

function rateOf({ postsPerSecond, postsPerDay }: Options): number {
  if ((postsPerSecond === undefined) === (postsPerDay === undefined)) {
    throw new UsageError(
      `give one of --posts-per-second and --posts-per-day, not ${postsPerDay === undefined ? 'none' : 'both'}; ${LINE.name} --help lists what there is`,
    );
  }
  return postsPerSecond ?? postsPerDay! / 86_400;
}

runCommand(main);
