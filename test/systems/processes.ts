import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a system says of its processes; a seam for tests. */
export interface ProcessReader {
  /** State letter of a process, as `S` or `Z`; undefined when there is no such process. */
  stateOf(pid: number): string | undefined;
  /** Ids of all processes, each with its parent's. */
  all(): readonly (readonly [pid: number, parent: number])[];
}

/** Whether a process is there and does anything; one that has ended and that nobody has asked about does not. */
export function isRunning(pid: number, reader: ProcessReader = thisSystem()): boolean {
  const state = reader.stateOf(pid);
  return state !== undefined && !state.startsWith('Z');
}

export function childrenOf(pid: number, reader: ProcessReader = thisSystem()): readonly number[] {
  return reader.all().flatMap(([child, parent]) => (parent === pid ? [child] : []));
}

/** @throws Error on a system that can answer neither way: a test must not take its silence for "gone". */
export function thisSystem(platform: NodeJS.Platform = process.platform, procIsThere = existsSync('/proc/self/stat')) {
  if (procIsThere) return PROC;
  if (platform === 'win32')
    throw new Error('nothing here tells whether a process is gone: list the test in only-on.json');
  return PS;
}

const PROC: ProcessReader = {
  stateOf: (pid) => fieldsOf(pid)?.[0],
  all: () =>
    readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => {
        const fields = fieldsOf(Number(entry));
        return fields === undefined ? [] : [[Number(entry), Number(fields[1])] as const];
      }),
};

/** State, parent and the rest; the program's name before them may hold blanks and brackets. */
function fieldsOf(pid: number): readonly string[] | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

const PS: ProcessReader = {
  stateOf: (pid) => linesOf('-o', 'stat=', '-p', String(pid))[0],
  all: () =>
    linesOf('-A', '-o', 'pid=,ppid=').map((line) => {
      const [pid, parent] = line.split(/\s+/).map(Number);
      return [pid!, parent!] as const;
    }),
};

/** What `ps` prints; it ends with 1 when it finds nobody. */
function linesOf(...args: string[]): string[] {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch (error) {
    if ((error as { status?: number }).status === 1) return [];
    throw error;
  }
}
