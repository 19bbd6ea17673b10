import { readFileSync } from 'node:fs';

/** A text file of the repository with LF line ends, even if an editor or a checkout has changed them. This text is shipped and hashed. */
export function readRepositoryText(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}
