import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What the system says of its processes; a seam for tests. */
export interface ProcessTable {
  /** Undefined when there is no such process. */
  parentOf(pid: number): number | undefined;
  /** Command line of a process. */
  commandOf(pid: number): string;
}

/** Processes between npm and a command of ours: npm's shell, and what runs TypeScript. */
const MOST_BETWEEN = 4;
const LOOK_EVERY_MS = 500;

/** What npm tells a program that it runs. */
export type NpmVariables = Readonly<
  Partial<
    Record<'npm_lifecycle_script' | 'npm_lifecycle_event' | 'npm_config_user_agent' | 'npm_config_loglevel', string>
  >
>;

/** Whether npm, and no other package manager, runs `program` as its script just now, and not something that started it in turn. */
export function isRunByNpm(program: string, variables: NpmVariables = process.env): boolean {
  const { npm_lifecycle_script: script = '', npm_config_user_agent: agent = '' } = variables;
  const [folder, file] = program.split(/[\\/]/).slice(-2);
  return agent.startsWith('npm/') && script.includes(`${folder}/${file}`);
}

/**
 * npm writes its own lines to stdout before those of a script, and nothing that a script does can keep it from that. Whoever reads JSON from
 * a pipe hears how to leave them out; undefined where there are none, or nobody minds.
 */
export function npmsOwnLines(
  argv: readonly string[],
  isTerminal: boolean,
  variables: NpmVariables = process.env,
): string | undefined {
  const { npm_lifecycle_event: event = '', npm_config_loglevel: level } = variables;
  if (!argv.includes('--json') || isTerminal || level === 'silent' || !isRunByNpm(argv[1] ?? '', variables))
    return undefined;
  const command = event === 'start' ? 'npm -s start' : `npm -s run ${event}`;
  return `npm has written lines of its own to stdout before the JSON; ${command} -- --json leaves them out`;
}

/**
 * Calls back once when the npm that started this process has gone, or the shell between the two: what a signal ends of them passes nothing
 * on to us. Without npm, and where nobody can be asked, it never does.
 *
 * @returns what ends the watching
 */
export function watchNpm(
  onGone: () => void,
  table: ProcessTable | undefined = isRunByNpm(process.argv[1] ?? '') ? thisSystem() : undefined,
  parent: number = process.ppid,
): () => void {
  if (!table) return () => {};
  const links = linksToNpm(table, parent);
  const isThere = () =>
    process.ppid === parent &&
    links?.every(([pid, above]) => {
      const now = table.parentOf(pid);
      // Of npm itself the parent may go.
      return above === undefined ? now !== undefined : now === above;
    });
  let isLeft = false;
  const timer = setInterval(() => {
    if (isThere()) return;
    clearInterval(timer);
    // A signal that ended both npm and the watching may have come, and not been handled yet.
    setImmediate(() => {
      if (!isLeft) onGone();
    });
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    isLeft = true;
    clearInterval(timer);
  };
}

/** Each process from `first` up to npm, with its parent; undefined when it has gone already. */
function linksToNpm(table: ProcessTable, first: number) {
  const links: (readonly [pid: number, parent: number | undefined])[] = [];
  for (let pid: number | undefined = first; pid !== undefined && pid > 0 && links.length < MOST_BETWEEN; ) {
    if (/(^|[\s/])npm(-cli\.js)?(\s|$)/.test(table.commandOf(pid))) return [...links, [pid, undefined] as const];
    const parent: number | undefined = table.parentOf(pid);
    links.push([pid, parent]);
    pid = parent;
  }
  return undefined;
}

function thisSystem(): ProcessTable | undefined {
  if (existsSync('/proc/self/stat')) return PROC;
  return process.platform === 'win32' ? undefined : PS;
}

const PROC: ProcessTable = {
  parentOf: (pid) => {
    const stat = textOf(`/proc/${pid}/stat`);
    // The program's name before state and parent may hold blanks and brackets.
    const [state, parent] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    return parent === undefined || state === 'Z' ? undefined : Number(parent);
  },
  commandOf: (pid) => (textOf(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' '),
};

const PS: ProcessTable = {
  parentOf: (pid) => {
    const parent = Number(askPs('ppid=', pid));
    return parent > 0 ? parent : undefined;
  },
  commandOf: (pid) => askPs('command=', pid),
};

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** What `ps` prints; it ends with 1 when it finds nobody. */
function askPs(column: string, pid: number): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
