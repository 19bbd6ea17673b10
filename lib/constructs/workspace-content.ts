import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { readRepositoryText } from './repository-text';

const REPOSITORY = join(__dirname, '..', '..');

/** What a Databricks workspace gets of the repository: notebooks, their functions, and the definitions they read. */
const CONTENT: readonly (readonly [folder: string, wanted: RegExp])[] = [
  ['notebooks', /^[^/]+\.py$/],
  ['notebooks/pipeline', /\.py$/],
  ['datasets', /^questions\.json$/],
  ['datasets/schema', /\.json$/],
  ['datasets/sql', /\.(sql|json)$/],
];

export interface WorkspaceContent {
  /** Files by path from the repository's root, sorted. */
  readonly files: readonly string[];
  /** SHA-256 over all paths and texts. */
  readonly hash: string;
}

/**
 * Lists and digests the content.
 *
 * @throws Error when there are no notebooks
 */
export function readWorkspaceContent(repository: string = REPOSITORY): WorkspaceContent {
  const files = CONTENT.flatMap(([folder, wanted]) =>
    (readdirSync(join(repository, folder), { recursive: true }) as string[])
      .filter((file) => wanted.test(file) && !file.includes('__pycache__'))
      .map((file) => `${folder}/${file.replaceAll(sep, '/')}`),
  ).sort();
  if (!files.some((file) => /^notebooks\/\w+\.py$/.test(file))) {
    throw new Error('notebooks/: no notebook there; leave databricks out of the environment file or add one');
  }
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\n`)
      .update(readRepositoryText(join(repository, file)))
      .update('\n');
  return { files, hash: hash.digest('hex') };
}

/** Command that copies the content from folder `from` to `to`; a shell of Linux and of Windows reads it alike. */
export function copyCommands(files: readonly string[], from: string, to: string): string[] {
  const words = [process.execPath, join(__dirname, 'copy-files.cjs'), from, to, ...files];
  return [words.map((word) => `"${word}"`).join(' ')];
}
