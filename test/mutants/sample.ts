import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { interruption, runCommand } from '@pipeline/cli/command';
import { UsageError, whole } from '@pipeline/cli/option-values';
import { type CommandLine, parseCommandLine } from '@pipeline/cli/options';
import { nearestFirst } from '../../ops/changed/concerned';
import { testsOf } from '../../ops/changed/run';
import { Random } from '../laptop/random';
import { filesOfTree } from '../testing/copy-of-tree';
import { breaksOf } from './breaks';
import { Workplace } from './workplace';

const ROOT = join(__dirname, '..', '..');
/** How many of the tests that import a broken file are run, from the nearest on. */
const NEAREST = 15;
const FOLDERS = ['datasets', 'emulator/send', 'local/wire', 'lib/constructs'];

const LINE: CommandLine = {
  name: 'npx tsx test/mutants/sample.ts',
  description:
    'Breaks the code in ways drawn by lot, each in a copy, and runs the 15 nearest test files that import the broken one until one fails. Prints which breaks no test saw, and the score.',
  options: [
    { flag: '--sample <n>', help: 'how many breaks are drawn', default: 60, parse: whole('--sample', 1, 100_000) },
    { flag: '--seed <n>', help: 'which are drawn', default: 1, parse: whole('--seed', 0, 4_294_967_295) },
  ],
  words: { name: 'folder', help: `where to break, ${FOLDERS.join(', ')} if none is named` },
};

async function main(): Promise<number> {
  const parsed = parseCommandLine<{ sample: number; seed: number }>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  const { sample, seed } = parsed.options;
  const folders = parsed.words.length > 0 ? parsed.words : FOLDERS;
  const signal = interruption();
  const all = folders
    .flatMap(sourcesOf)
    .flatMap((file) => breaksOf(readFileSync(join(ROOT, file), 'utf8')).map((broken) => ({ file, ...broken })));
  const drawn = new Random(seed).shuffled(all).slice(0, sample);
  const place = Workplace.make(ROOT, filesOfTree(ROOT));
  const lived: string[] = [];
  let tried = 0;
  try {
    for (const { file, line, from, to, text } of drawn) {
      if (signal.aborted) break;
      const tests = nearestFirst(testsOf(ROOT, ['--findRelatedTests', file]), [file]).slice(0, NEAREST);
      const fate = await place.fateByTurns(file, text, tests);
      tried += 1;
      const what = `${file}:${line}  ${oneLine(from)} → ${oneLine(to)}`;
      process.stderr.write(`${tried} of ${drawn.length}  ${fate}  ${what}\n`);
      if (fate === 'lived') lived.push(what);
    }
  } finally {
    place.remove();
  }
  const died = tried - lived.length;
  process.stdout.write(`${lived.map((what) => `lived  ${what}\n`).join('')}`);
  process.stdout.write(
    `${died} of ${tried} died (${Math.round((100 * died) / Math.max(1, tried))} %), of ${all.length} possible\n`,
  );
  return 0;
}

/** The TypeScript files of a folder that are no tests nor helpers of tests. */
function sourcesOf(folder: string): string[] {
  const files = execFileSync('git', ['ls-files', `${folder}/*.ts`], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && !/\.test\.ts$|\/testing\//.test(file));
  if (files.length === 0) throw new UsageError(`${folder} has no TypeScript file that git knows`);
  return files;
}

const oneLine = (text: string) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

runCommand(main);
