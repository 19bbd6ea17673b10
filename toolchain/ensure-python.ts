import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { renameOverSync } from '@pipeline/cli/rename-over';
import { withLock } from './folder-lock';
import { runProgram } from './run-program';
import {
  findJava,
  findPython,
  type Machine,
  mavenCommand,
  missingAmong,
  requireMaven,
  requireUnix,
  THIS_MACHINE,
  venvProgram,
} from './tools';

const ROOT = resolve(__dirname, '..');
const CACHE = join(ROOT, '.cache');

/** Spark with Delta as Databricks 18 LTS has them, and as EMR Serverless does. */
export type SparkVersions = 'spark' | 'spark-emr';

export type EnvironmentName = SparkVersions | 'airflow' | 'rehearsal';

/** Number of files that `delta-jars.xml` brings. */
const DELTA_JARS = 5;
const DELTA_POM = join(__dirname, 'delta-jars.xml');
const MAVEN_COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** Told what is being installed, one sentence each time. */
export type Tell = (sentence: string) => void;

/**
 * Path of the Python of a virtual environment that holds exactly what `<name>.lock.txt` lists, made on first use
 * (about a minute) in `.cache/python/<name>-<hash of the lock and of Python's version>`.
 *
 * @throws MissingTool without Python 3.11 or 3.12; Error with pip's last lines when the installation fails; AbortError
 */
export async function ensureVenv(name: EnvironmentName, tell: Tell = () => {}, signal?: AbortSignal): Promise<string> {
  const python = findPython();
  const lock = join(__dirname, `${name}.lock.txt`);
  const folder = join(CACHE, 'python', `${name}-${digest(readFileSync(lock), python.version)}`);
  const ready = join(folder, 'ready');
  const venvPython = venvProgram(folder, 'python');
  if (existsSync(ready)) return venvPython;
  const install = async () => {
    if (existsSync(ready)) return venvPython;
    tell(`installing ${name}'s Python packages in ${folder} (once, about a minute)`);
    // venv puts pip there last.
    if (!existsSync(venvProgram(folder, 'pip'))) {
      await runProgram(python.command, [...python.args, '-m', 'venv', folder], signal);
    }
    // --no-deps: the lock lists everything, and pip's own resolver trips over extras in hash mode.
    await runProgram(
      venvPython,
      ['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '-r', lock],
      signal,
    );
    await runProgram(venvPython, ['-m', 'pip', 'check'], signal);
    writeFileSync(ready, '');
    return venvPython;
  };
  return withLock(`${folder}.lock`, install, { signal, tell });
}

/**
 * Folder of the Delta jars that fit a locked pyspark, fetched by Maven on first use (12 MB) into `.cache/jars/`.
 *
 * @throws MissingTool without Maven (only on first use); Error with Maven's last lines when the download fails; AbortError
 */
export async function ensureDeltaJars(
  tell: Tell = () => {},
  signal?: AbortSignal,
  versions: SparkVersions = 'spark',
): Promise<string> {
  const delta = deltaVersion(versions);
  const folder = deltaJarsFolder(delta);
  if (existsSync(folder)) return folder;
  requireMaven();
  const fetch = async () => {
    if (existsSync(folder)) return folder;
    tell(`fetching the Delta jars into ${folder} (once)`);
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const options = [`-Ddelta=${delta}`, `-DoutputDirectory=${partial}`];
    await runProgram(mavenCommand(), ['-q', '-B', '-f', DELTA_POM, MAVEN_COPY, ...options], signal);
    const jars = readdirSync(partial).filter((file) => file.endsWith('.jar')).length;
    if (jars !== DELTA_JARS) throw new Error(`${DELTA_POM}: Maven brought ${jars} jars, expected ${DELTA_JARS}`);
    renameOverSync(partial, folder);
    return folder;
  };
  return withLock(`${folder}.lock`, fetch, { signal, tell });
}

/**
 * Variables for a Python that starts Spark: the JDK that was looked at, and an address of Spark's own that no host name of this machine,
 * however odd, has a say in.
 */
export function sparkVariables({ javaHome }: SparkTools): Record<string, string> {
  return {
    JAVA_HOME: javaHome,
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_HOSTNAME: 'localhost',
    // A Spark that is killed tidies nothing, and Java does not look where TMPDIR says.
    SPARK_SUBMIT_OPTS: `"-Djava.io.tmpdir=${tmpdir()}"`,
  };
}

/** Where `ensureSpark` has put what the notebooks need. */
export interface SparkTools {
  /** Path of the Python that has pyspark. */
  readonly python: string;
  /** Folder of the Delta jars. */
  readonly jars: string;
  /** Folder of the JDK that was found to fit. */
  readonly javaHome: string;
}

/** All that the notebooks need on this machine: Java, the Python with pyspark, and the Delta jars. */
export async function ensureSpark(
  tell: Tell = () => {},
  signal?: AbortSignal,
  versions: SparkVersions = 'spark',
): Promise<SparkTools> {
  requireUnix();
  const { home } = findJava();
  const python = await ensureVenv(versions, tell, signal);
  importCompiled(python);
  return { python, jars: await ensureDeltaJars(tell, signal, versions), javaHome: home };
}

const COMPILED = 'pyspark-compiled.pth';
const IMPORT_COMPILED =
  'import os, sys; sys.path[:] = [each for each in sys.path if not (each.endswith(("/python/lib/pyspark.zip", "-src.zip")) and ' +
  'os.path.realpath(each).startswith(os.path.realpath(sys.prefix)))]\n';

/**
 * Spark puts an archive of pyspark's sources before the package that is installed, so that every worker compiles hundreds of modules when
 * it starts: four times the work, of which some kinds of worker may take ten seconds and no more. Here the package itself is found.
 */
function importCompiled(python: string): void {
  const lib = join(dirname(python), '..', 'lib');
  const packages = readdirSync(lib).filter((folder) => /^python3\.\d+$/.test(folder));
  for (const each of packages) {
    const file = join(lib, each, 'site-packages', COMPILED);
    if (existsSync(file) && readFileSync(file, 'utf8') === IMPORT_COMPILED) continue;
    writeFileSync(`${file}.${process.pid}`, IMPORT_COMPILED);
    renameOverSync(`${file}.${process.pid}`, file);
  }
}

/** Every tool that `ensureSpark` would miss and how to get it, in one line; undefined when all are there. */
export function missingForSpark(
  machine: Machine = THIS_MACHINE,
  jarsAreThere = existsSync(deltaJarsFolder()),
): string | undefined {
  const needs: ((machine?: Machine) => unknown)[] = [findPython, findJava];
  // What a machine lacks does not matter on a system where it would not help.
  return missingAmong([requireUnix], machine) ?? missingAmong(jarsAreThere ? needs : [...needs, requireMaven], machine);
}

function deltaJarsFolder(delta = deltaVersion('spark')): string {
  return join(CACHE, 'jars', `delta-${delta}-${digest(readFileSync(DELTA_POM))}`);
}

/** The jars' version is that of the Python package, which the lock holds. */
function deltaVersion(versions: SparkVersions): string {
  const lock = join(__dirname, `${versions}.lock.txt`);
  const version = /^delta-spark==(\S+)/m.exec(readFileSync(lock, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${lock} holds no delta-spark`);
  return version;
}

function digest(...parts: readonly (Buffer | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

/** `tsx toolchain/ensure-python.ts spark|spark-emr|airflow|rehearsal` prints, as JSON, where the environment is. */
async function main(): Promise<void> {
  const tell: Tell = (sentence) => console.error(sentence);
  const [name] = process.argv.slice(2);
  if (name === 'spark' || name === 'spark-emr') console.log(JSON.stringify(await ensureSpark(tell, undefined, name)));
  else if (name === 'airflow' || name === 'rehearsal')
    console.log(JSON.stringify({ python: await ensureVenv(name, tell) }));
  else {
    console.error(`usage: tsx toolchain/ensure-python.ts spark|spark-emr|airflow|rehearsal, got ${name ?? 'nothing'}`);
    process.exitCode = 2;
  }
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
