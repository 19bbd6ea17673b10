import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A hash of files and folders of the project, by paths and contents: another where anything in them is, tests aside. */
export function inputHash(project: string, inputs: readonly string[], further = ''): string {
  const hash = createHash('sha256').update(further);
  for (const file of inputs.flatMap((input) => filesUnder(join(project, input))))
    hash.update(relative(project, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .filter((entry) => entry !== 'node_modules' && !/\.test\.tsx?$/.test(entry))
    .flatMap((entry) => filesUnder(join(path, entry)));
}
