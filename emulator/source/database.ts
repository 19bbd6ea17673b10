import type { Connection } from 'mysql2/promise';
import type { DatabaseOptions } from '../options';
import { connectMysql } from './mysql-connection';
import { mysqlLogin } from './mysql-login';
import { openTunnel } from './tunnel';

/** A database that can be reached: straight, or through a tunnel that is open until `close`. */
export interface Database {
  /** Without the password. */
  readonly name: string;
  connect(): Promise<Connection>;
  close(): Promise<void>;
}

/** @param password used where neither URL, file nor secret has one */
export async function openDatabase(
  url: string,
  options: DatabaseOptions,
  password: string | undefined,
): Promise<Database> {
  const login = await mysqlLogin({ url, configFile: options.dbConfig, secretId: options.dbSecret, password });
  const { host, port } = login;
  const tunnel =
    options.through === undefined ? undefined : await openTunnel({ instance: options.through, host, port });
  const connect = { tls: options.dbTls, caFile: options.dbCa, tunnelPort: tunnel?.port };
  return {
    name: `mysql://${login.user}@${host}:${port}/${login.database}`,
    connect: () => connectMysql(login, connect),
    close: async () => tunnel?.close(),
  };
}
