import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { isLockFile } from '../lock';

/** The source that was replayed into a data folder; other options give other right answers. */
export interface ReplayedSource {
  readonly seed: number;
  readonly posts: number;
  readonly hardMode: boolean;
}

/** What a data folder says of itself. */
export interface Marker {
  readonly format: 1;
  /** Tells this folder from any other, also after it was moved. */
  readonly id: string;
  readonly env: string;
  readonly userId: string;
  readonly replayed?: ReplayedSource;
  /** Where its topics are: a Kafka, by the id of its cluster. Left out: in the folder. */
  readonly kafka?: string;
  /** What was there when it was first served: logs that acknowledged records are in, and the sink's files. */
  readonly parts?: readonly string[];
}

/** The data folder cannot be used as asked; the message says which folder, why and what to do. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
}

/** The file that makes a folder a data folder. */
export const MARKER = 'pipeline.json';

/** What is no sign of anybody's data: our lock, and a marker that a full disk or a sudden end kept from its name. */
function isOfNobody(entry: string): boolean {
  return isLockFile(entry) || entry === `${MARKER}.tmp`;
}

export function make(folder: string): void {
  // One by one: where nothing can be made at all, as in /proc, Node's `recursive` tries for ever.
  if (!existsSync(dirname(folder))) make(dirname(folder));
  if (existsSync(folder)) return;
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw notAFolder(folder);
    throw new DataFolderError(`${folder} cannot be made (${code}); pass --data with a folder that you may write to`, {
      cause: error,
    });
  }
}

/** A broken marker is the very thing a reset is for; a missing one means that the folder is somebody else's. */
export function refuseForeign(folder: string): void {
  try {
    readMarker(folder);
  } catch (error) {
    if (!existsSync(join(folder, MARKER))) throw error;
  }
}

/** The marker goes last, so that a reset which was cut short can be repeated. */
export function empty(folder: string): void {
  for (const entry of readdirSync(folder)) {
    if (entry !== MARKER && !isLockFile(entry)) rmSync(join(folder, entry), { recursive: true, force: true });
  }
  rmSync(join(folder, MARKER), { force: true });
}

export function refuseOthers(
  folder: string,
  { env, userId }: Marker,
  environment: { env: string; userId: string },
): void {
  if (userId === environment.userId) return;
  throw new DataFolderError(
    `${folder} holds records of environment '${env}' (userId ${userId}), not of '${environment.env}' ` +
      `(userId ${environment.userId}); pass --data with another folder, or --reset to begin anew`,
  );
}

export function refuseGaps(folder: string, { parts = [] }: Marker): void {
  const gone = parts.filter((part) => !existsSync(join(folder, part)));
  if (gone.length === 0) return;
  const what = gone.map((part) => `${join(folder, part)}${sep}`).join(' and ');
  throw new DataFolderError(
    `${what} ${gone.length === 1 ? 'is' : 'are'} gone, with the records in ${gone.length === 1 ? 'it' : 'them'}; put it back, or --reset to begin anew`,
  );
}

function notAFolder(folder: string): DataFolderError {
  return new DataFolderError(`${folder} is not a folder; pass --data with a folder`);
}

export function readMarker(folder: string): Marker | undefined {
  if (!existsSync(folder)) return undefined;
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch {
    throw notAFolder(folder);
  }
  if (entries.every(isOfNobody)) return undefined;
  if (!entries.includes(MARKER)) {
    throw new DataFolderError(
      `${folder} is not empty and was not made by this pipeline (it has no ${MARKER}); pass --data with another folder`,
    );
  }
  try {
    const marker = JSON.parse(readFileSync(join(folder, MARKER), 'utf8')) as Partial<Marker>;
    if (
      marker.format === 1 &&
      typeof marker.id === 'string' &&
      typeof marker.env === 'string' &&
      typeof marker.userId === 'string'
    ) {
      return marker as Marker;
    }
  } catch {
    // Reported below, like a marker of another format.
  }
  throw new DataFolderError(`${join(folder, MARKER)} cannot be read as this pipeline's; pass --reset to begin anew`);
}

export function describe(source: ReplayedSource): string {
  return `${source.posts} posts of seed ${source.seed}${source.hardMode ? ' in hard mode' : ''}`;
}
