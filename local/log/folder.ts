import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renameOverSync } from '@pipeline/cli/rename-over';
import { isLockFile, holdFolder as lockFolder } from '../lock';
import { LogFolderError } from './errors';

const FORMAT = 'pipeline topic log';
const VERSION = 1;
const MARKER = 'log.json';
const STORE = 'log.mdb';
const CLOSED = 'closed.json';

interface Marker {
  readonly format: string;
  readonly version: number;
  /** True once the store was opened. Before that, its file may be missing. */
  readonly ready: boolean;
}

/** A log's folder that only this process uses and whose store has passed its checks. */
export interface HeldFolder {
  readonly storePath: string;
  /** Whether the store has to be created. */
  readonly isNew: boolean;
  /** To be called when the store is open. */
  readonly opened: () => void;
  /** To be called when the store is closed: marks it as closed in good order and releases the folder. */
  readonly closed: () => void;
  /** Releases the folder when the store could not be opened. */
  readonly release: () => void;
}

/**
 * Takes the folder and creates it if it is missing. A store that was not closed in good order, or changed since, is read through
 * once before it is used (`verify.ts`), in a process of its own because a torn page can end the process that touches it.
 *
 * @throws FolderInUseError, LogFolderError
 */
export async function holdFolder(folder: string): Promise<HeldFolder> {
  makeFolder(folder);
  const { release } = await lockFolder(folder);
  try {
    const storePath = join(folder, STORE);
    const marker = readMarker(folder);
    const size = sizeOf(storePath);
    if (!marker.ready) rmSync(storePath, { force: true });
    else if (size === undefined) throw damaged(folder, `${STORE} is missing`);
    else if (size === 0) throw damaged(folder, `${STORE} is empty`);
    else if (readFile(join(folder, CLOSED)) !== stateOf(storePath)) await verify(folder, storePath);
    return {
      storePath,
      isNew: !marker.ready,
      opened: () => {
        rmSync(join(folder, CLOSED), { force: true });
        if (!marker.ready) writeWhole(join(folder, MARKER), JSON.stringify({ ...marker, ready: true }));
      },
      closed: () => {
        try {
          writeWhole(join(folder, CLOSED), stateOf(storePath));
        } catch {
          // Without this mark, for example on a full disk, the next start reads the whole log, as after a crash.
        }
        release();
      },
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The error for a log whose bytes differ from what was written. */
export function damaged(folder: string, what: string, cause?: unknown): LogFolderError {
  return new LogFolderError(
    `${folder}: the log is damaged (${what}); restore the folder, or remove it to begin with an empty log`,
    { cause },
  );
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (statSync(folder).isDirectory()) return;
  } catch (error) {
    throw new LogFolderError(`${folder}: cannot make this folder (${(error as Error).message}); choose another`, {
      cause: error,
    });
  }
  throw new LogFolderError(`${folder} is not a folder; choose another`);
}

function readMarker(folder: string): Marker {
  const text = readFile(join(folder, MARKER));
  if (text === undefined) {
    const foreign = readdirSync(folder).filter((name) => !isLockFile(name) && name !== `${MARKER}.new`);
    if (foreign.length > 0) {
      throw new LogFolderError(
        `${folder} is not a log: it holds ${foreign.slice(0, 3).join(', ')} but no ${MARKER}; choose an empty folder`,
      );
    }
    const marker = { format: FORMAT, version: VERSION, ready: false };
    writeWhole(join(folder, MARKER), JSON.stringify(marker));
    return marker;
  }
  const marker = parseMarker(text);
  if (marker?.format !== FORMAT)
    throw new LogFolderError(`${join(folder, MARKER)} was not written by this program; choose an empty folder`);
  if (marker.version !== VERSION) {
    throw new LogFolderError(
      `${folder} was written by version ${marker.version} of the log, but this is version ${VERSION}; open it with the program that wrote it, or choose an empty folder`,
    );
  }
  return { format: FORMAT, version: VERSION, ready: marker.ready === true };
}

function parseMarker(text: string): Partial<Marker> | undefined {
  try {
    return (JSON.parse(text) as Partial<Marker> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Reads the whole store in a child process. */
async function verify(folder: string, storePath: string): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', pathToFileURL(require.resolve('tsx')).href, join(__dirname, 'verify.ts'), storePath],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 4096);
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => resolve(end));
  });
  if (code === 0) return;
  const [line = ''] = code === 3 ? said.split('\n') : [];
  throw damaged(folder, line || `reading ${STORE} ended with ${signal ?? `exit code ${code}`}`);
}

/** Size and time of change of the store: both stay the same while nobody changes the closed store. */
function stateOf(path: string): string {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return JSON.stringify({ size: String(size), mtimeNs: String(mtimeNs) });
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameOverSync(`${path}.new`, path);
}
