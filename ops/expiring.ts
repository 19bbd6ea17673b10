import '@pipeline/cli/node-version';
import { runCommand } from '@pipeline/cli/command';
import { whole } from '@pipeline/cli/option-values';
import { type CommandLine, JSON_OUTPUT, parseOptions } from '@pipeline/cli/options';
import { table } from '@pipeline/cli/table';
import { READ, type Standing, standings } from './expiring/expiring';

interface Options {
  readonly days: number;
  readonly json: boolean;
}

const LINE: CommandLine = {
  name: 'npm run expiring --',
  description:
    'What others stop supporting soon: versions that this repository names, with the last day of each and the page that says so. Exit code 1 when one of them ends within --days.',
  options: [
    { flag: '--days <n>', help: 'days ahead to look', default: 90, parse: whole('--days', 0, 10_000) },
    JSON_OUTPUT,
  ],
};

async function main(): Promise<number> {
  const options = parseOptions<Options>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const all = standings(Date.now(), options.days);
  const due = all.filter(({ isDue }) => isDue);
  if (options.json) process.stdout.write(`${JSON.stringify({ read: READ, all }, null, 2)}\n`);
  else process.stdout.write(`${[...lines(all), '', ...conclusion(due, options.days)].join('\n')}\n`);
  return due.length === 0 ? 0 : 1;
}

function lines(all: readonly Standing[]): string[] {
  return table(
    ['what', 'version', 'last day', 'days'],
    all.map(({ what, version, ends, days }) => [
      what,
      version,
      ends ?? 'none published',
      days === null ? '' : String(days),
    ]),
  );
}

function conclusion(due: readonly Standing[], within: number): string[] {
  const dated = `The dates were read on ${READ}; ops/expiring/dates.json has them with their sources.`;
  if (due.length === 0) return [`Nothing ends within ${within} days that is not accepted. ${dated}`];
  return [
    ...due.map(
      ({ what, version, ends, source }) => `${what} ${version} ends on ${ends}: choose a newer one (${source})`,
    ),
    dated,
  ];
}

runCommand(main);
