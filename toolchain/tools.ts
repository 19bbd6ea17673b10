import { spawnSync } from 'node:child_process';

/** A program that the Spark or Airflow half needs and the machine does not have. The message says how to get it. */
export class MissingTool extends Error {
  override readonly name = 'MissingTool';
}

export interface Python {
  readonly command: string;
  /** As `3.11`. */
  readonly version: string;
}

/** Says whether a program can be run, and what it prints; a seam for tests. */
export type Probe = (command: string, args: readonly string[]) => { ok: boolean; output: string };

const probeMachine: Probe = (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` };
};

/** Airflow 3.0.6 knows Python up to 3.12; Spark's lock serves all of these. */
const WANTED = ['3.11', '3.12'] as const;

/** @throws MissingTool when no Python 3.11 or 3.12 that can make virtual environments is on PATH. */
export function findPython(probe: Probe = probeMachine): Python {
  const script = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  for (const command of ['python3', 'python3.12', 'python3.11']) {
    const { ok, output } = probe(command, ['-c', script]);
    const version = output.trim();
    if (ok && WANTED.some((wanted) => wanted === version)) return { command, version };
  }
  throw new MissingTool('needs Python 3.11 or 3.12 with venv on PATH (Debian: apt install python3 python3-venv)');
}

/** What the machine lacks of the tools that `needs` look for, each with the way to get it, in one line; undefined when it lacks none. */
export function missingAmong(needs: readonly ((probe?: Probe) => unknown)[], probe?: Probe): string | undefined {
  const missing = needs.flatMap((need) => {
    try {
      need(probe);
      return [];
    } catch (error) {
      if (error instanceof MissingTool) return [error.message];
      throw error;
    }
  });
  return missing.length > 0 ? missing.join('; ') : undefined;
}

/** @throws MissingTool when no Java 17 or later is on PATH. */
export function requireJava(probe: Probe = probeMachine): void {
  const { ok, output } = probe('java', ['-version']);
  const major = Number(/version "(\d+)/.exec(output)?.[1] ?? 0);
  if (!ok || major < 17) {
    const got = major === 0 ? '' : `, got ${major}`;
    throw new MissingTool(`needs Java 17 or later on PATH${got} (Debian: apt install openjdk-17-jre-headless)`);
  }
}

/** @throws MissingTool when Maven is not on PATH. */
export function requireMaven(probe: Probe = probeMachine): void {
  if (!probe('mvn', ['-version']).ok) {
    throw new MissingTool('needs Maven on PATH to fetch the Delta jars once (Debian: apt install maven)');
  }
}
