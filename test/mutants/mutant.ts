import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One change that makes the code wrong, and the tests that have to see it. */
export interface Mutant {
  readonly file: string;
  /** A text that stands in the file once. */
  readonly from: string;
  readonly to: string;
  /** Test files, from the root of the repository. */
  readonly tests: readonly string[];
}

/** The saved mutants. @throws Error when the list is longer than a run has time for */
export function savedMutants(file = join(__dirname, 'saved.json')): readonly Mutant[] {
  const mutants = JSON.parse(readFileSync(file, 'utf8')) as Mutant[];
  if (mutants.length > 60) throw new Error(`${file} has ${mutants.length} mutants; a run has time for 60`);
  return mutants;
}

/**
 * The text with the mutant in it.
 *
 * @throws Error when its text does not stand there once, so that it would change nothing or something else
 */
export function mutated({ file, from, to }: Mutant, text: string): string {
  const times = text.split(from).length - 1;
  if (times !== 1)
    throw new Error(`${file} has ${JSON.stringify(from)} ${times} times, not once; save the mutant anew`);
  return text.replace(from, () => to);
}
