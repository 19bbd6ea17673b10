import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectedAnswers } from './answers';
import { toCsv } from './answers/csv';
import { DEFAULT_POSTS, DEFAULT_SEED } from './contract';

/** `npm run golden`: writes the right answers of the default source as CSV, and removes the files of questions that no longer exist. */
const GOLDEN = join(__dirname, '..', 'golden');
const { views } = expectedAnswers({ seed: DEFAULT_SEED, posts: DEFAULT_POSTS });
for (const [name, view] of Object.entries(views)) writeFileSync(join(GOLDEN, `${name}.csv`), toCsv(view));
const gone = readdirSync(GOLDEN).filter((file) => !(file.replace('.csv', '') in views));
for (const file of gone) rmSync(join(GOLDEN, file));
const removed = gone.length > 0 ? `; removed ${gone.join(', ')}` : '';
process.stdout.write(
  `Wrote ${Object.keys(views).length} right answers (seed ${DEFAULT_SEED}, ${DEFAULT_POSTS} posts) to datasets/golden/${removed}.\n`,
);
