import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { filesOfTree } from '../testing/copy-of-tree';
import { type Mutant, mutated, savedMutants } from './mutant';
import { type Fate, Workplace } from './workplace';

const ROOT = join(__dirname, '..', '..');

/**
 * Makes the code wrong in each of the saved ways, in a copy, and runs the tests that have to see it. Prints a line for each that lived, then
 * `N passed, N failed`; exit code 1 when one lived or could not be tried.
 */
async function main(): Promise<void> {
  const mutants = savedMutants();
  const files = filesOfTree(ROOT);
  const places = Array.from({ length: Math.min(2, availableParallelism()) }, () => Workplace.make(ROOT, files));
  let failed = 0;
  const complain = (what: string) => {
    failed++;
    process.stdout.write(`${what}\n`);
  };
  try {
    const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
    if ((await places[0]!.run(tests)) !== 'lived') complain('the tests fail without any mutant');
    const waiting = [...mutants];
    const work = async (place: Workplace) => {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const fate = await fateIn(place, mutant);
        if (fate !== 'died')
          complain(`${mutant.file}: ${JSON.stringify(mutant.from)} as ${JSON.stringify(mutant.to)} ${fate}`);
      }
    };
    await Promise.all(places.map(work));
  } finally {
    for (const place of places) place.remove();
  }
  process.stdout.write(`${Math.max(0, mutants.length - failed)} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function fateIn(place: Workplace, mutant: Mutant): Promise<Fate | string> {
  try {
    return await place.fateOf(mutant.file, (text) => mutated(mutant, text), mutant.tests);
  } catch (error) {
    return `could not be tried: ${(error as Error).message}`;
  }
}

void main();
