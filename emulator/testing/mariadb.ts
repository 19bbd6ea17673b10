import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { connectMysql } from '../source/mysql-connection';
import type { MysqlLogin } from '../source/mysql-login';

const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/libexec', '/usr/local/sbin'];

/** Path of a program, wherever Debian and others put it. */
function find(...names: string[]): string | undefined {
  return FOLDERS.flatMap((folder) => names.map((name) => path.join(folder, name))).find((file) => existsSync(file));
}

/**
 * `describe` for tests that need a MariaDB server. Without one they are skipped with a line that says how to get it; with
 * REQUIRE_ALL=1 that is a failure.
 */
export function describeWithMariadb(name: string, body: () => void): void {
  const hint = 'no mariadbd on this machine; apt-get install mariadb-server gets it';
  if (hasMariadb()) {
    describe(name, body);
  } else if (process.env.REQUIRE_ALL === '1') {
    test(name, () => {
      throw new Error(hint);
    });
  } else {
    console.warn(`skipped: ${name} (${hint})`);
    // biome-ignore lint/suspicious/noSkippedTests: said aloud above, and forbidden where everything is required
    describe.skip(name, body);
  }
}

/** True when this machine can run a server. */
export function hasMariadb(): boolean {
  return find('mariadbd') !== undefined;
}

export interface Mariadb {
  /** Enters the database `pinterest_data`, which is empty at first. */
  readonly login: MysqlLogin;
  stop(): Promise<void>;
}

/** Starts a server of its own: data in a temporary folder, a free port of the loopback, no password for root. */
export async function startMariadb(options: readonly string[] = []): Promise<Mariadb> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mariadb-'));
  const asUser = userInfo().uid === 0 ? ['--user=root'] : [];
  execFileSync(
    find('mariadb-install-db', 'mysql_install_db')!,
    ['--no-defaults', `--datadir=${folder}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...asUser],
    { stdio: 'ignore', timeout: 60_000 },
  );
  const port = await freePort();
  const server = spawn(
    find('mariadbd')!,
    [
      ...['--no-defaults', `--datadir=${folder}`, `--socket=${path.join(folder, 'socket')}`],
      ...[`--port=${port}`, '--bind-address=127.0.0.1', '--innodb-flush-log-at-trx-commit=0', ...asUser, ...options],
    ],
    { stdio: 'ignore' },
  );
  const login = { host: '127.0.0.1', port, user: 'root', password: '', database: 'mysql' };
  try {
    await untilReady(server, login);
  } catch (error) {
    await end(server, folder);
    throw error;
  }
  return { login: { ...login, database: 'pinterest_data' }, stop: () => end(server, folder) };
}

async function untilReady(server: ChildProcess, login: MysqlLogin): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    if (server.exitCode !== null) throw new Error(`mariadbd ended with ${server.exitCode}`);
    try {
      const connection = await connectMysql(login, { tls: 'off' });
      await connection.query('CREATE DATABASE pinterest_data CHARACTER SET utf8mb4');
      return await connection.end();
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function end(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
