import { readFileSync } from 'node:fs';

/**
 * What a JSON file says just now.
 *
 * @param name its path in the project
 * @throws SyntaxError that names the file and, where it is known, the line
 */
export function readJson<T>(file: string, name: string): T {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    const line = position === undefined ? '' : `:${text.slice(0, Number(position)).split('\n').length}`;
    throw new SyntaxError(`${name}${line}: ${message}`, { cause: error });
  }
}
