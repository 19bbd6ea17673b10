import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectedAnswers } from './answers';
import { toCsv } from './answers/csv';
import { DEFAULT_POSTS, DEFAULT_SEED } from './contract';

// Writes the golden answers of the default source: `npx tsx datasets/synthetic/write-golden.ts`.
const { views } = expectedAnswers({ seed: DEFAULT_SEED, posts: DEFAULT_POSTS });
for (const [name, view] of Object.entries(views)) {
  writeFileSync(join(__dirname, '..', 'golden', `${name}.csv`), toCsv(view));
}
