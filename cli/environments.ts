import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the environments' files. */
export const CONFIG_FOLDER = join(__dirname, '..', 'config');

/** Names of the environments that a folder has files of, in order. */
export function environmentNames(folder: string = CONFIG_FOLDER): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** What every command says of an environment that has no file; `name` undefined: none was named. */
export function noEnvironment(name: string | undefined, known: readonly string[]): string {
  const what = name === undefined ? 'no environment was named' : `no environment '${name}' in config/`;
  return `${what} (known: ${known.join(', ')}); pass one, e.g. --env ${known[0] ?? 'dev'}`;
}
