import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Rendering {
  readonly template: string;
  /** JSON text; must not be empty. */
  readonly body: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** What Apache Velocity printed, or the message it failed with. */
export type Printed =
  | { readonly text: string; readonly error?: never }
  | { readonly error: string; readonly text?: never };

const SOURCES = ['pom.xml', 'Render.java'].map((file) => join(__dirname, file));
const FOLDER = join(__dirname, '..', '..', '.cache', 'velocity');

/** What this machine lacks to run Apache Velocity, and how to get it; undefined if nothing. */
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
  for (const source of SOURCES) hash.update(readFileSync(source));
  const folder = join(FOLDER, hash.digest('hex').slice(0, 16));
  const classPath = `${join(folder, 'jars', '*')}:${folder}`;
  if (existsSync(folder)) return classPath;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(join(fresh, 'jars'), { recursive: true });
  for (const source of SOURCES) copyFileSync(source, join(fresh, source.slice(__dirname.length)));
  const run = (tool: string, args: string[]) =>
    execFileSync(tool, args, { cwd: fresh, stdio: ['ignore', 'ignore', 'inherit'] });
  run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars']);
  run('javac', ['-cp', 'jars/*', 'Render.java']);
  if (existsSync(folder)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, folder);
  return classPath;
}

/** Renders with Apache Velocity 1.7 and json-path 2.9.0, all in one run of Java. */
export function apacheVelocity(renderings: readonly Rendering[]): readonly Printed[] {
  const missing = missingTools();
  if (missing !== undefined) throw new Error(missing);
  const input = renderings.map(({ template, body, params = {} }) => JSON.stringify({ template, body, params }));
  const output = execFileSync('java', ['-XX:TieredStopAtLevel=1', '-cp', prepare(), 'Render'], {
    input: `${input.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Printed);
}
