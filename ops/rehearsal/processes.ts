import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { ownGroup, signalGroup } from '@pipeline/cli/process-group';

const LOOPBACK_ONLY = join(__dirname, 'ministack', 'loopback-only.cjs');

/** A folder of our own in which everything a rehearsal writes lies. */
export interface Scratch {
  readonly home: string;
  readonly temporary: string;
}

/**
 * Environment of every process of a rehearsal: nothing of the user's, whose keys, settings and proxies stay unread,
 * and in Node no way to any other machine.
 */
export function sealedEnvironment({ home, temporary }: Scratch, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? '/usr/bin:/bin'}`,
    HOME: home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    NODE_OPTIONS: `--require ${JSON.stringify(LOOPBACK_ONLY)}`,
    NO_COLOR: '1',
    // Our Node may be older than the SDK would like; that is nobody's news here.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...more,
  };
}

/** Starts a program at the head of a process group of its own, so that all it starts can be ended with it. */
export function spawnGroup(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(command, args, { ...options, ...ownGroup() });
}

/** Ends a program and everything it started, at once. One that has ended already is no error. */
export function killGroup({ pid }: ChildProcess): void {
  signalGroup(pid, 'SIGKILL');
}

export interface Ended {
  /** Exit code; null when it was ended from outside. */
  readonly code: number | null;
  /** All that it printed, both streams as they came. */
  readonly output: string;
  readonly seconds: number;
  /** It was ended because it took longer than it may. */
  readonly tooLong: boolean;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Longest it may take. */
  readonly limitMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Runs a program to its end, or to its limit, and gathers what it prints. */
export async function runToEnd(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { cwd, env, limitMs, signal } = options;
  signal.throwIfAborted();
  const began = Date.now();
  const child = spawnGroup(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let tooLong = false;
  const end = () => killGroup(child);
  signal.addEventListener('abort', end);
  const limit = setTimeout(() => {
    tooLong = true;
    end();
  }, limitMs);
  try {
    const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
    signal.throwIfAborted();
    return { code, output, seconds: (Date.now() - began) / 1000, tooLong };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', end);
    end();
  }
}
