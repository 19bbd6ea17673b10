import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { hasMariadb, startMariadb } from '../../emulator/testing/mariadb';
import { ensureVenv } from '../../toolchain/ensure-python';
import { MissingTool } from '../../toolchain/tools';
import { CLIENTS } from '../kinesis-clients/clients';
import { copyOfTree } from '../testing/copy-of-tree';
import { type Block, blocksOf, differenceOf } from './page';
import { Terminal } from './terminal';

const ROOT = join(__dirname, '..', '..');
const PAGE = join(ROOT, 'docs', 'exercise.md');
/** The last line that a runtime prints before it waits. */
const READY = 'npm run emulate feeds it';
const TOOL_MISSING = 3;

/**
 * Does the exercise as its page says it, block by block in one shell, in a copy of the tree, and compares what is printed with what is shown.
 * Ports are free ones in place of those of the page.
 */
async function main(): Promise<number> {
  const aws = await awsFolder();
  await ensureVenv('airflow', (line) => process.stderr.write(`${line}\n`));
  const database = await startMariadb();
  const folder = copyOfTree(ROOT);
  mkdirSync(join(folder, '.cache'));
  symlinkSync(join(ROOT, '.cache', 'python'), join(folder, '.cache', 'python'));
  // As in a clone that has been moved: Airflow's own settings lead to where it was.
  const home = join(folder, '.cache', 'airflow', 'dev');
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'airflow.cfg'),
    `[database]\nsql_alchemy_conn = sqlite:///${join(folder, 'gone', 'airflow.db')}\n`,
  );
  const port = await freeBlock();
  const ported = (text: string) =>
    text
      .replace(/127\.0\.0\.1:808([0-3])/g, (_, place: string) => `127.0.0.1:${port + Number(place)}`)
      .replaceAll('3306', String(database.login.port));
  const env = {
    PATH: `${aws}${delimiter}${process.env.PATH}`,
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const terminals: Terminal[] = [];
  const shell = new Terminal(folder, env);
  let [passed, failed] = [0, 0];
  try {
    for (const block of blocksOf(readFileSync(PAGE, 'utf8'))) {
      const wrong = await tryOut(block);
      if (wrong === undefined) passed++;
      else failed++;
      process.stdout.write(
        `${wrong === undefined ? 'ok' : 'WRONG'} docs/exercise.md:${block.line}${wrong ? `: ${wrong}` : ''}\n`,
      );
    }
  } finally {
    for (const terminal of [shell, ...terminals]) await terminal.close();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;

  async function tryOut({ commands, isTerminal, shown }: Block): Promise<string | undefined> {
    try {
      let printed: string;
      if (isTerminal) {
        const terminal = new Terminal(folder, env);
        terminals.push(terminal);
        printed = await terminal.begin(`${commands.trim()} -- --port ${port}`, READY);
      } else printed = await shell.run(ported(commands));
      return shown === undefined ? undefined : differenceOf(ported(shown), printed);
    } catch (error) {
      return (error as Error).message;
    }
  }
}

/** Folder of the AWS CLI. @throws MissingTool */
async function awsFolder(): Promise<string> {
  if (!hasMariadb()) throw new MissingTool('needs MariaDB; apt-get install mariadb-server gets it');
  const client = CLIENTS.find(({ name }) => name === 'AWS CLI')!;
  client.requireTools();
  return dirname((await client.prepare()).at(-1)!);
}

/** The first of four ports in a row that are free. */
async function freeBlock(): Promise<number> {
  const isFree = (port: number) =>
    new Promise<boolean>((done) => {
      const server = createServer();
      server.once('error', () => done(false)).listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
  for (let first = 21_080; first < 30_000; first += 10) {
    const four = await Promise.all([0, 1, 2, 3].map((place) => isFree(first + place)));
    if (four.every(Boolean)) return first;
  }
  throw new Error('no four ports in a row are free between 21080 and 30000');
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof MissingTool ? TOOL_MISSING : 1;
  },
);
