import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNames, noEnvironment } from '@pipeline/cli/environments';
import type { z } from 'zod';
import { nearest } from './nearest';
import { type EnvironmentConfig, environmentSchema } from './schema';
import { keysAt } from './schema-keys';
import { readYaml, type SourceText, YamlFault } from './source-text';

/** A setting that cannot work. The message uses the keys and values of the file, not those of the code. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Wrong usage: the file, or the option that names it, has to change. */
  readonly exitCode = 2;
}

export { environmentNames };

/**
 * Reads and checks one environment. Its neighbours are read as well, because two environments that
 * share account, region and userId would fight over the same names.
 *
 * @param name what `--env` said; undefined is refused with the list of known ones
 * @throws ConfigError that names file and key
 */
export function loadEnvironment(name: string | undefined, folder: string = __dirname): EnvironmentConfig {
  const known = environmentNames(folder);
  if (name === undefined || !known.includes(name)) throw new ConfigError(noEnvironment(name, known));
  const environment = readEnvironment(folder, name);
  for (const other of known.filter((other) => other !== name)) {
    refuseEqualNames(environment, readEnvironment(folder, other));
  }
  return environment;
}

function readEnvironment(folder: string, name: string): EnvironmentConfig {
  const file = `config/${name}.yaml`;
  let source: SourceText;
  try {
    source = readYaml(readFileSync(join(folder, `${name}.yaml`), 'utf8'), file);
  } catch (error) {
    if (error instanceof YamlFault) throw new ConfigError(error.message, { cause: error });
    throw error;
  }
  return checkEnvironment(name, source.value, source.lineOf);
}

/**
 * Checks what a file said. Every fault is reported at once, one line each.
 *
 * @param lineOf says on which line of the file a key stands, where there is a file
 */
export function checkEnvironment(
  name: string,
  settings: unknown,
  lineOf: SourceText['lineOf'] = () => undefined,
): EnvironmentConfig {
  const file = `config/${name}.yaml`;
  checkName(name);
  const result = environmentSchema.safeParse(settings);
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.flatMap((issue) => describe({ file, settings, lineOf }, issue)).join('\n'),
    );
  }
  return { ...result.data, name };
}

/** First words of the REST proxy's own paths, and the name of what runs on the laptop. */
const TAKEN_NAMES = ['brokers', 'clusters', 'consumers', 'local', 'topics', 'v3'];

/** The name is the API's stage, and the load balancer takes it out of a path that begins with it. */
function checkName(name: string): void {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || TAKEN_NAMES.includes(name)) {
    throw new ConfigError(
      `config/${name}.yaml: an environment's name must be a letter and up to 30 of a-z, 0-9 and '-', ` +
        `and none of ${TAKEN_NAMES.join(', ')}; rename the file`,
    );
  }
}

interface Said {
  readonly file: string;
  readonly settings: unknown;
  readonly lineOf: SourceText['lineOf'];
}

function describe({ file, settings, lineOf }: Said, issue: z.core.$ZodIssue): string[] {
  /** The file, with the line of a key or, where that is missing, of the group that it belongs to. */
  const placeOf = (keys: readonly PropertyKey[]) => {
    const line =
      keys.length === 0 ? undefined : (lineOf(keys) ?? (keys.length > 1 ? lineOf(keys.slice(0, -1)) : undefined));
    return line === undefined ? file : `${file}:${line}`;
  };
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const meant = nearest(key, keysAt(environmentSchema, issue.path));
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      return `${placeOf([...issue.path, key])}: unknown key ${[...path, key].join('.')}${hint}`;
    });
  }
  const where = path.length === 0 ? file : `${placeOf(issue.path)}: ${path.join('.')}`;
  const got = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);
  if (issue.code === 'custom' || got !== undefined) {
    return [`${where} ${ruleOf(issue)}${got === undefined ? '' : `, got ${JSON.stringify(got)}`}`];
  }
  return [`${where} is missing; it ${ruleOf(issue)}`];
}

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('must') || issue.message.startsWith('takes') || issue.message.startsWith('needs'))
    return issue.message;
  if (issue.code === 'invalid_type') return `must be ${article(issue.expected)}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  return `is refused: ${issue.message}`;
}

function article(type: string): string {
  const noun =
    { object: 'a group of settings', array: 'a list', string: 'text', boolean: 'true or false' }[type] ?? type;
  return noun;
}

function refuseEqualNames(a: EnvironmentConfig, b: EnvironmentConfig): void {
  if (a.region === b.region && a.userId === b.userId && a.account === b.account) {
    const account = a.account === undefined ? 'no account' : `account ${a.account}`;
    throw new ConfigError(
      `config/${a.name}.yaml and config/${b.name}.yaml both say region ${a.region}, userId ${a.userId} and ${account}: ` +
        'they would own the same streams, topics and stacks; change userId in one',
    );
  }
  const stream = a.streams.name;
  if (stream !== undefined && stream === b.streams.name && a.region === b.region && a.account === b.account) {
    throw new ConfigError(
      `config/${a.name}.yaml and config/${b.name}.yaml both say streams.name ${stream} in region ${a.region} of one account: ` +
        'they would own the same stream; change the name in one',
    );
  }
}
