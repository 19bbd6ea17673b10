import { readFileSync } from 'node:fs';

/** A text file of the repository as Linux wants it: whoever's editor wrote CRs into it, none is shipped or hashed. */
export function readRepositoryText(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}
