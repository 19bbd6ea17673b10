import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const SOURCES = ['pom.xml', 'Convert.java'];
const FOLDER = join(__dirname, '..', '..', '.cache', 'kafka-connect');

/** What this machine lacks to run Kafka Connect's classes, and how to get it; undefined if nothing. */
export function missingTools(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = ['java', 'javac', 'mvn'].filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  return missing.length === 0
    ? undefined
    : `no ${missing.join(', ')} on this machine; apt-get install default-jdk-headless maven gets them`;
}

/** Fetches the jars and compiles the program on first use, into the git-ignored cache. Gives the class path. */
function prepare(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) hash.update(readFileSync(join(__dirname, source)));
  const folder = join(FOLDER, hash.digest('hex').slice(0, 16));
  const classPath = `${join(folder, 'jars', '*')}:${folder}`;
  if (existsSync(folder)) return classPath;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(join(fresh, 'jars'), { recursive: true });
  for (const source of SOURCES) copyFileSync(join(__dirname, source), join(fresh, source));
  const run = (tool: string, args: string[]) =>
    execFileSync(tool, args, { cwd: fresh, stdio: ['ignore', 'ignore', 'inherit'] });
  run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars']);
  run('javac', ['-cp', 'jars/*', 'Convert.java']);
  if (existsSync(folder)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, folder);
  return classPath;
}

/** What becomes of each value in Kafka Connect: `line <JSON>`, or the stage that refuses it and why. */
export function kafkaConnect(values: readonly (Buffer | null)[]): readonly string[] {
  const missing = missingTools();
  if (missing !== undefined) throw new Error(missing);
  const input = values.map((value) => value?.toString('base64') ?? 'null').join('\n');
  const output = execFileSync('java', ['-XX:TieredStopAtLevel=1', '-cp', prepare(), 'Convert'], {
    input: `${input}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return output.replace(/\n$/, '').split('\n');
}
