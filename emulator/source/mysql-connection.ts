import net from 'node:net';
import { type Connection, createConnection } from 'mysql2/promise';
import type { MysqlLogin } from './mysql-login';
import { type MysqlTls, tlsOf } from './mysql-tls';

export interface MysqlConnectOptions extends MysqlTls {
  /** Port on this machine that leads to the database. The certificate is still checked against the database's own name. */
  readonly tunnelPort?: number;
}

const CONNECT_TIMEOUT_MS = 15_000;

/** Opens one connection. Rejects with the database's name and the server's reason, never with the password. */
export async function connectMysql(login: MysqlLogin, options: MysqlConnectOptions = {}): Promise<Connection> {
  const { tunnelPort } = options;
  try {
    return await createConnection({
      ...login,
      ssl: tlsOf(login.host, options),
      ...(tunnelPort === undefined ? {} : { stream: () => net.connect(tunnelPort, '127.0.0.1') }),
      charset: 'utf8mb4',
      // Times are text on the wire; as Date they would pass through this machine's time zone.
      dateStrings: true,
      // Integers beyond 2^53 as text: digits are not lost.
      supportBigNumbers: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
  } catch (cause) {
    const { message, code } = cause as NodeJS.ErrnoException;
    const reason = message || code;
    throw new Error(`mysql://${login.user}@${login.host}:${login.port}/${login.database} cannot be opened: ${reason}`, {
      cause,
    });
  }
}
