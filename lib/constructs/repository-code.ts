import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readRepositoryText } from './repository-text';

/** The repository's folder. */
export const REPOSITORY = join(__dirname, '..', '..');

/** A folder of the repository, and a pattern for the paths of the wanted files in it. */
export type CodeFolder = readonly [folder: string, wanted: RegExp];

export interface RepositoryCode {
  /** Files by path from the repository's root, sorted. */
  readonly files: readonly string[];
  /** SHA-256 over all paths and texts. */
  readonly hash: string;
}

/** Lists and digests files of the repository. */
export function readCode(folders: readonly CodeFolder[], repository: string): RepositoryCode {
  const found = folders.flatMap(([folder, wanted]) =>
    (readdirSync(join(repository, folder), { recursive: true }) as string[])
      .map((file) => file.replaceAll(sep, '/'))
      .filter((file) => wanted.test(file) && !file.includes('__pycache__'))
      .map((file) => `${folder}/${file}`),
  );
  const files = [...new Set(found)].sort();
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\n`)
      .update(readRepositoryText(join(repository, file)))
      .update('\n');
  return { files, hash: hash.digest('hex') };
}

/** Copies files from folder `from` to the same places in folder `to`. */
export function copyFiles(files: readonly string[], from: string, to: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(from, file), join(to, file));
  }
}
