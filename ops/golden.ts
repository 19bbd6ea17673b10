import '@pipeline/cli/node-version';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@pipeline/cli/command';
import { type CommandLine, parseOptions } from '@pipeline/cli/options';
import { expectedAnswers } from '../datasets/synthetic/answers';
import { toCsv } from '../datasets/synthetic/answers/csv';
import { DEFAULT_POSTS, DEFAULT_SEED } from '../datasets/synthetic/contract';

const LINE: CommandLine = {
  name: 'npm run golden --',
  description:
    'Writes the right answers of the default source as CSV to datasets/golden/, and removes the files of questions that no longer exist.',
  options: [],
};
const GOLDEN = join(__dirname, '..', 'datasets', 'golden');

async function main(): Promise<number> {
  if (!parseOptions(LINE, process.argv.slice(2))) return 0;
  const { views } = expectedAnswers({ seed: DEFAULT_SEED, posts: DEFAULT_POSTS });
  for (const [name, view] of Object.entries(views)) writeFileSync(join(GOLDEN, `${name}.csv`), toCsv(view));
  const gone = readdirSync(GOLDEN).filter((file) => !(file.replace('.csv', '') in views));
  for (const file of gone) rmSync(join(GOLDEN, file));
  const removed = gone.length > 0 ? `; removed ${gone.join(', ')}` : '';
  process.stdout.write(
    `Wrote ${Object.keys(views).length} right answers (seed ${DEFAULT_SEED}, ${DEFAULT_POSTS} posts) to datasets/golden/${removed}.\n`,
  );
  return 0;
}

runCommand(main);
