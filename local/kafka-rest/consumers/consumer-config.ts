import { randomUUID } from 'node:crypto';
import type { HttpRequest } from '../../wire/http';
import { type RestError, restError, unprocessable } from '../errors';
import { integerOf, membersOf, parseBody, stringOf } from '../json-binding';
import { FORMATS, type Format } from '../media-types';

export type OffsetReset = 'earliest' | 'latest' | 'none';

/** What a consumer instance is made with. */
export interface ConsumerConfig {
  readonly name: string;
  readonly format: Format;
  readonly offsetReset: OffsetReset;
  readonly autoCommits: boolean;
  /** Longest that a read waits, in ms. */
  readonly requestTimeoutMs: number;
}

const FIELDS = [
  'id',
  'name',
  'format',
  'auto.offset.reset',
  'auto.commit.enable',
  'fetch.min.bytes',
  'consumer.request.timeout.ms',
];
const DEFAULT_REQUEST_TIMEOUT_MS = 1_000;

export function parseConsumerConfig({ body }: HttpRequest): ConsumerConfig {
  const root = parseBody(body);
  const given = new Map<string, string | null>();
  let requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS;
  if (root !== undefined && root.kind !== 'null') {
    for (const [name, node] of membersOf(root, 'CreateConsumerInstanceRequest', FIELDS)) {
      given.set(name, stringOf(node));
      if (name === 'consumer.request.timeout.ms') requestTimeoutMs = integerOf(node) ?? DEFAULT_REQUEST_TIMEOUT_MS;
    }
  }
  return {
    name: given.get('id') ?? given.get('name') ?? `rest-consumer-${randomUUID()}`,
    format: formatIn(given.get('format') ?? 'binary'),
    offsetReset: offsetResetIn(given.get('auto.offset.reset') ?? 'latest'),
    autoCommits: flagIn('enable.auto.commit', given.get('auto.commit.enable') ?? 'true'),
    requestTimeoutMs: Math.max(requestTimeoutMs, 0),
  };
}

function formatIn(text: string): Format {
  const format = FORMATS.find((known) => known === text.toLowerCase());
  if (format === undefined) throw unprocessable('Invalid format type.');
  if (format === 'json' || format === 'binary') return format;
  throw invalid(`the ${format} format needs a Schema Registry, and this proxy has none`);
}

function offsetResetIn(text: string): OffsetReset {
  const known = ['earliest', 'latest', 'none'] as const;
  const reset = known.find((candidate) => candidate === text.toLowerCase());
  if (reset !== undefined) return reset;
  throw invalid(
    `Invalid value ${text} for configuration auto.offset.reset: Invalid value \`${text}\` for configuration auto.offset.reset. ` +
      "The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.",
  );
}

function flagIn(name: string, text: string): boolean {
  const flag = text.trim().toLowerCase();
  if (flag === 'true' || flag === 'false') return flag === 'true';
  throw invalid(`Invalid value ${text} for configuration ${name}: Expected value to be either true or false`);
}

function invalid(problem: string): RestError {
  return restError('invalidConsumerConfiguration', `Invalid consumer configuration: ${problem}`);
}
