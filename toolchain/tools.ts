import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A program that the Spark or Airflow half needs and the machine does not have. The message says how to get it. */
export class MissingTool extends Error {
  override readonly name = 'MissingTool';
}

export interface Python {
  readonly command: string;
  /** Arguments that come before all others: `-3.12` for Windows' launcher. */
  readonly args: readonly string[];
  /** As `3.11`. */
  readonly version: string;
}

export interface Java {
  /** The JDK's own folder, so that the one that was looked at is the one that runs. */
  readonly home: string;
  readonly major: number;
}

/** Says whether a program can be run, and what it prints; a seam for tests. */
export type Probe = (command: string, args: readonly string[]) => { ok: boolean; output: string };

/** What differs from one machine to another. */
export interface Machine {
  readonly probe: Probe;
  readonly platform: NodeJS.Platform;
  /** Folder of the JDK that the user chose; it counts before what is on PATH, as it does for pyspark. */
  readonly javaHome?: string | undefined;
}

export const THIS_MACHINE: Machine = {
  probe: (command, args) => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      timeout: 30_000,
      shell: isBatchFile(command),
    });
    return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` };
  },
  platform: process.platform,
  javaHome: process.env.JAVA_HOME || undefined,
};

/** How each system's own package manager gets a tool. */
const HOW_TO_GET = {
  python: {
    darwin: 'macOS: brew install python@3.12',
    win32: 'Windows: winget install Python.Python.3.12',
    other: 'Debian: apt install python3 python3-venv',
  },
  java: {
    darwin: 'macOS: brew install --cask temurin@17',
    win32: 'Windows: winget install EclipseAdoptium.Temurin.17.JDK',
    other: 'Debian: apt install openjdk-17-jre-headless',
  },
  maven: {
    darwin: 'macOS: brew install maven',
    win32: 'Windows: choco install maven',
    other: 'Debian: apt install maven',
  },
} as const;

function hint(tool: keyof typeof HOW_TO_GET, platform: NodeJS.Platform): string {
  const ways = HOW_TO_GET[tool];
  return platform === 'darwin' || platform === 'win32' ? ways[platform] : ways.other;
}

/** Airflow 3.0.6 knows Python up to 3.12; Spark's lock serves all of these. */
const WANTED = ['3.11', '3.12'] as const;

/** Where a Python may be found, in the order in which they are tried. */
function pythonsOf(platform: NodeJS.Platform): readonly (readonly [command: string, ...args: string[]])[] {
  if (platform === 'win32') return [['py', '-3.12'], ['py', '-3.11'], ['python']];
  return [['python3'], ['python3.12'], ['python3.11']];
}

/** @throws MissingTool when no Python 3.11 or 3.12 that can make virtual environments is on PATH. */
export function findPython({ probe, platform }: Machine = THIS_MACHINE): Python {
  const script = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  for (const [command, ...args] of pythonsOf(platform)) {
    const { ok, output } = probe(command, [...args, '-c', script]);
    const version = output.trim();
    if (ok && WANTED.some((wanted) => wanted === version)) return { command, args, version };
  }
  throw new MissingTool(`needs Python 3.11 or 3.12 with venv on PATH (${hint('python', platform)})`);
}

/** Path of a program of a virtual environment. */
export function venvProgram(folder: string, name: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? join(folder, 'Scripts', `${name}.exe`) : join(folder, 'bin', name);
}

/** What the machine lacks of the tools that `needs` look for, each with the way to get it, in one line; undefined when it lacks none. */
export function missingAmong(
  needs: readonly ((machine?: Machine) => unknown)[],
  machine?: Machine,
): string | undefined {
  const missing = needs.flatMap((need) => {
    try {
      need(machine);
      return [];
    } catch (error) {
      if (error instanceof MissingTool) return [error.message];
      throw error;
    }
  });
  return missing.length > 0 ? missing.join('; ') : undefined;
}

/** Spark 4 runs on Java 17 and 21; the Hadoop in pyspark fails on Java 24, which lacks the security manager. */
const JAVA_FROM = 17;
const JAVA_TO = 21;

/** @throws MissingTool when the JDK of JAVA_HOME, or without one the Java on PATH, is none from 17 to 21. */
export function findJava({ probe, platform, javaHome }: Machine = THIS_MACHINE): Java {
  const command = javaHome === undefined ? 'java' : join(javaHome, 'bin', 'java');
  const { ok, output } = probe(command, ['-XshowSettings:properties', '-version']);
  const major = Number(/version "(\d+)/.exec(output)?.[1] ?? 0);
  const home = /^\s*java\.home = (.+?)\s*$/m.exec(output)?.[1] ?? javaHome;
  if (ok && home !== undefined && major >= JAVA_FROM && major <= JAVA_TO) return { home, major };
  const where = javaHome === undefined ? 'on PATH' : `in JAVA_HOME (${javaHome})`;
  const got = major === 0 ? '' : `, got ${major}`;
  throw new MissingTool(`needs Java ${JAVA_FROM} to ${JAVA_TO} ${where}${got} (${hint('java', platform)})`);
}

/** Maven's program: a batch file on Windows. */
export function mavenCommand(platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? 'mvn.cmd' : 'mvn';
}

/** True for a program that Windows only runs through its shell. */
export function isBatchFile(command: string): boolean {
  return command.endsWith('.cmd');
}

/** @throws MissingTool when Maven is not on PATH. */
export function requireMaven({ probe, platform }: Machine = THIS_MACHINE): void {
  if (!probe(mavenCommand(platform), ['-version']).ok) {
    throw new MissingTool(`needs Maven on PATH to fetch the Delta jars once (${hint('maven', platform)})`);
  }
}

/** @throws MissingTool on Windows, where neither Spark's Hadoop nor Airflow nor the rehearsal's engine run natively. */
export function requireUnix({ platform }: Machine = THIS_MACHINE): void {
  if (platform !== 'win32') return;
  throw new MissingTool(
    'does not run on Windows itself; in WSL 2 it does: run `wsl --install`, then clone and start there',
  );
}
