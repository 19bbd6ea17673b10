import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join, resolve } from 'node:path';
import { withLock } from '../../toolchain/folder-lock';
import { findJava, findPython, MissingTool, mavenCommand, requireMaven, venvProgram } from '../../toolchain/tools';

export const CACHE = resolve(__dirname, '../../.cache/kinesis-clients');
const MAVEN_COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
const INSTALL_MS = 300_000;
export const STORY_MS = 120_000;

/** One of AWS's own clients, which tells the common story (README.md) and prints a line for each step. */
export interface Client {
  readonly name: string;
  /** @throws MissingTool that says what the machine lacks and how to get it. */
  requireTools(): void;
  /** Installs the client on first use and gives the command, to which the name of a stream is added. */
  prepare(): Promise<readonly string[]>;
  /** What the story prints where the endpoint does as AWS does. */
  readonly story: readonly string[];
}

const STORY = [
  'listed True',
  'described ACTIVE 2 new',
  'put shardId-000000000000 56',
  'put many 0 shardId-000000000001 shardId-000000000000',
  'shards shardId-000000000000 shardId-000000000001',
  'record a héllo 📌',
  'record c c',
  'behind 0',
  'since 2',
  'after 1',
  'arrived now',
  'missing ResourceNotFoundException Stream nope under account 000000000000 not found.',
  'deleted True',
];

/** The CLI prints times and MillisBehindLatest in ways of its own, so its story leaves them out. */
const CLI_STORY = STORY.filter((line) => !/^(behind|since|arrived) /.test(line)).map((line) =>
  line.replace(/ new$/, ''),
);

export const CLIENTS: readonly Client[] = [
  {
    name: 'boto3',
    requireTools: () => void findPython(),
    prepare: async () => [venvProgram(await ensurePython(), 'python'), join(__dirname, 'boto3_client.py')],
    story: STORY,
  },
  {
    name: 'AWS CLI',
    requireTools: () => void findPython(),
    prepare: async () => ['bash', join(__dirname, 'aws_cli.sh'), venvProgram(await ensurePython(), 'aws')],
    story: CLI_STORY,
  },
  { name: 'Java sync (CBOR)', requireTools: requireJdk, prepare: () => javaCommand('sync'), story: STORY },
  { name: 'Java async (HTTP/2)', requireTools: requireJdk, prepare: () => javaCommand('async'), story: STORY },
];

/** Lets a client tell its story at an endpoint; gives the lines. @throws Error with what it printed when it fails. */
export async function tell(client: Client, endpoint: string, stream: string): Promise<string[]> {
  const [command, ...args] = await client.prepare();
  const env = {
    PATH: process.env.PATH,
    HOME: CACHE,
    LC_ALL: 'C.UTF-8',
    PYTHONUTF8: '1',
    AWS_ENDPOINT_URL_KINESIS: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const printed = await run(command!, [...args, stream], STORY_MS, env);
  return printed.trim().split('\n');
}

/** The folder of a virtual environment with what a file lists, made on first use (about 20 s). */
export async function ensurePython(requirements = join(__dirname, 'requirements.txt')): Promise<string> {
  const python = findPython();
  const folder = join(CACHE, `python-${digest(readFileSync(requirements), python.version)}`);
  const ready = join(folder, 'ready');
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(ready)) return;
    await run(python.command, [...python.args, '-m', 'venv', '--clear', folder], INSTALL_MS);
    await run(
      venvProgram(folder, 'python'),
      ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements],
      INSTALL_MS,
    );
    writeFileSync(ready, '');
  });
  return folder;
}

/** Java compiles the one file as it starts. */
async function javaCommand(kind: 'sync' | 'async'): Promise<string[]> {
  const jars = await ensureJars();
  return [
    'java',
    '-Xshare:auto',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    join(jars, '*'),
    join(__dirname, 'JavaClient.java'),
    kind,
  ];
}

function jarFolder(): string {
  return join(CACHE, `java-${digest(readFileSync(join(__dirname, 'java.xml')))}`);
}

/** Folder of the AWS SDK for Java and what it needs, fetched by Maven on first use (20 MB). */
async function ensureJars(): Promise<string> {
  const folder = jarFolder();
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const pom = join(__dirname, 'java.xml');
    await run(mavenCommand(), ['-q', '-B', '-f', pom, MAVEN_COPY, `-DoutputDirectory=${partial}`], INSTALL_MS);
    renameSync(partial, folder);
  });
  return folder;
}

function requireJdk(): void {
  findJava();
  if (spawnSync('javac', ['-version']).status !== 0) {
    throw new MissingTool('needs a JDK, 17 or later, with javac on PATH (Debian: apt install openjdk-17-jdk-headless)');
  }
  if (!existsSync(jarFolder())) requireMaven();
}

function digest(...parts: readonly (Buffer | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

/** Runs a program to its end and gives what it printed. */
export function run(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(-4000);
    });
    child.on('error', fail);
    child.on('close', (status, signal) => {
      if (status === 0) done(out);
      else fail(new Error(`${command} ${args.join(' ')} ended with ${signal ?? status}:\n${out}${err}`));
    });
  });
}
