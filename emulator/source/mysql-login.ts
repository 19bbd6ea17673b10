import { readFileSync } from 'node:fs';
import { UsageError } from '@pipeline/cli/option-values';
import { load } from 'js-yaml';

/** How to enter a database. Never printed as a whole: it holds the password. */
export interface MysqlLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Where parts of a login can stand. What the URL says wins, then the file, then the secret. */
export interface LoginOptions {
  /** `mysql://user[:password]@host[:port]/database`. */
  readonly url: string;
  /** The exercise's `aws_db_config.yaml`: HOST, USER, PASSWORD, DATABASE and PORT, each also with `RDS_` or `DB_` before it. */
  readonly configFile?: string;
  /** Name or ARN of a secret as RDS writes it: username, password, host, port, dbname. */
  readonly secretId?: string;
  /** Used where nothing else gives a password. */
  readonly password?: string;
  /** Region of the secret; the SDK's own choice when left out. */
  readonly region?: string;
}

type Parts = Partial<Record<'host' | 'port' | 'user' | 'password' | 'database', string>>;

/**
 * Puts a login together.
 *
 * @throws UsageError when a part is missing or cannot be read; the message never holds a password
 */
export async function mysqlLogin(options: LoginOptions): Promise<MysqlLogin> {
  const parts: Parts = {
    password: options.password,
    ...(options.secretId === undefined ? {} : await inSecret(options.secretId, options.region)),
    ...(options.configFile === undefined ? {} : inConfig(options.configFile)),
    ...inUrl(options.url),
  };
  const { host, user, database } = parts;
  const missing = Object.entries({ host, user, database }).flatMap(([name, value]) =>
    value === undefined ? [name] : [],
  );
  if (host === undefined || user === undefined || database === undefined) {
    throw new UsageError(
      `--source ${withoutPassword(options.url)} leaves out the ${missing.join(' and the ')}; write mysql://user@host/database, ` +
        'or pass --db-config or --db-secret',
    );
  }
  const port = Number(parts.port ?? 3306);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`the database's port must be a whole number from 1 to 65535, got '${parts.port}'`);
  }
  return { host, port, user, password: parts.password ?? '', database };
}

/** The URL as it may be printed. */
export function withoutPassword(url: string): string {
  return url.replace(/^(mysql:\/\/[^/@:]*):[^@]*@/, '$1@');
}

function inUrl(text: string): Parts {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(`--source must be synthetic or mysql://user@host/database, got '${withoutPassword(text)}'`);
  }
  return present({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
  });
}

function inConfig(file: string): Parts {
  let yaml: unknown;
  try {
    yaml = load(readFileSync(file, 'utf8'));
  } catch (cause) {
    // The place alone, not the parser's own words: they quote the file, and the password with it.
    const { mark } = cause as { mark?: { line: number; column: number } };
    if (mark === undefined)
      throw new UsageError(`--db-config ${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
    throw new UsageError(
      `--db-config ${file}:${mark.line + 1}:${mark.column + 1} is not YAML; quote a value that begins with a sign or holds ': ' or ' #'`,
    );
  }
  const entries = Object.entries((yaml ?? {}) as Record<string, unknown>);
  const named = new Map(entries.map(([key, value]) => [key.toUpperCase().replace(/^(RDS|DB)_/, ''), String(value)]));
  return present({
    host: named.get('HOST'),
    port: named.get('PORT'),
    user: named.get('USER'),
    password: named.get('PASSWORD'),
    database: named.get('DATABASE'),
  });
}

async function inSecret(secretId: string, region: string | undefined): Promise<Parts> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({ region });
  let text: string | undefined;
  try {
    text = (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
  } catch (cause) {
    throw new UsageError(`--db-secret ${secretId} cannot be read: ${(cause as Error).message}`);
  } finally {
    client.destroy();
  }
  return readSecret(secretId, text ?? '');
}

/** The parts in a secret's text, as RDS and the Secrets Manager console write it. */
export function readSecret(secretId: string, text: string): Parts {
  let secret: Record<string, unknown>;
  try {
    secret = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new UsageError(`--db-secret ${secretId} holds no JSON object with username and password`);
  }
  const part = (name: string) => (secret[name] === undefined ? undefined : String(secret[name]));
  return present({
    host: part('host'),
    port: part('port'),
    user: part('username'),
    password: part('password'),
    database: part('dbname'),
  });
}

function present(parts: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined && value !== ''));
}
