import { readFileSync } from 'node:fs';

/** A text file of the repository with LF line ends, whatever an editor or a checkout made of them. What is shipped and hashed is this text. */
export function readRepositoryText(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}
