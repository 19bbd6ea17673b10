import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What a command took, with all that it started. */
export interface Taken {
  readonly seconds: number;
  /** Of all its processes together. */
  readonly cpuSeconds: number;
  /** Most memory that any one of its processes held, in MB. */
  readonly largestMB: number;
  /** Most memory that all of its processes held at one moment, in MB; what two of them share counts twice. */
  readonly togetherMB: number;
  readonly stdout: string;
}

const SAMPLE_EVERY_MS = 100;
/** Linux counts a process's time in these, on every machine that Node runs on. */
const TICKS_A_SECOND = 100;
const LAST_LINES = 12;

/**
 * Runs a command to its end and takes its measure from Linux's `/proc`, ten times a second: what a process does in its last tenth of a
 * second is not in the CPU time.
 *
 * @throws Error with its last lines when it fails
 */
export async function measured(cwd: string, command: string, args: readonly string[]): Promise<Taken> {
  const started = performance.now();
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  const ticks = new Map<number, number>();
  let largestKB = 0;
  let togetherKB = 0;
  const timer = setInterval(() => {
    let heldKB = 0;
    for (const each of treeOf(child.pid!)) {
      ticks.set(each.pid, Math.max(ticks.get(each.pid) ?? 0, each.ticks));
      largestKB = Math.max(largestKB, each.peakKB);
      heldKB += each.heldKB;
    }
    togetherKB = Math.max(togetherKB, heldKB);
  }, SAMPLE_EVERY_MS);
  try {
    const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
    const seconds = (performance.now() - started) / 1000;
    if (code !== 0) {
      const last = `${stderr}\n${stdout}`.trim().split('\n').slice(-LAST_LINES).join('\n');
      throw new Error(`${command} ${args.join(' ')} in ${cwd} ended with ${code}:\n${last}`);
    }
    const cpuSeconds = [...ticks.values()].reduce((sum, own) => sum + own, 0) / TICKS_A_SECOND;
    return { seconds, cpuSeconds, largestMB: largestKB / 1024, togetherMB: togetherKB / 1024, stdout };
  } finally {
    clearInterval(timer);
  }
}

interface Process {
  readonly pid: number;
  readonly ticks: number;
  readonly peakKB: number;
  readonly heldKB: number;
}

/** A process and all that it has started, as far as they still run. */
function treeOf(root: number): Process[] {
  const parents = new Map<number, number>();
  const own = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const stat = read(`/proc/${pid}/stat`);
    // The command's name stands in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(pid, Number(fields[1]));
    own.set(pid, Number(fields[11]) + Number(fields[12]));
  }
  const isOfTree = (pid: number): boolean => pid === root || (parents.has(pid) && isOfTree(parents.get(pid)!));
  return [...parents.keys()].filter(isOfTree).map((pid) => {
    const status = read(`/proc/${pid}/status`);
    return { pid, ticks: own.get(pid) ?? 0, peakKB: kilobytes(status, 'VmHWM'), heldKB: kilobytes(status, 'VmRSS') };
  });
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

/** The text of a file that may be gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
