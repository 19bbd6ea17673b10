import type { Log } from '../log';
import { checkConstraints } from './constraints';
import { deserialize } from './deserialize';
import { invalidArgument } from './errors';
import { REQUEST_LIMITS } from './limits';
import type { Input, Members } from './shapes';
import type { Streams } from './streams';
import type { Throttle } from './throttle';

/** The objects that every operation uses. */
export interface Service {
  readonly log: Log;
  /** Clock in ms. */
  readonly now: () => number;
  readonly region: string;
  readonly accountId: string;
  readonly streams: Streams;
  readonly throttle: Throttle;
  /** Names of the streams that a client has read since this endpoint was opened. */
  readonly read: Set<string>;
}

/** An operation's answer; its values are JSON, `Instant` and `Blob`. */
export type Output = Readonly<Record<string, unknown>>;

/**
 * One operation: takes a decoded request and gives the answer, or undefined where AWS answers with an empty body.
 * Rejects with a KinesisError for each error that the client gets.
 */
export type Operation = (service: Service, request: unknown) => Promise<Output | undefined>;

/** An operation that validates its request against `members`, types first and then all constraints together, and runs. */
export function operation<const M extends Members>(
  members: M,
  run: (service: Service, input: Input<M>) => Promise<Output | undefined> | Output | undefined,
): Operation {
  return async (service, request) => {
    const fields = deserialize(request, members);
    checkConstraints(fields, members);
    if (fields.DryRun === true) {
      throw invalidArgument('DryRun is not supported by this local endpoint, which would do the work; leave it out.');
    }
    return run(service, fields as Input<M>);
  };
}

const NAME = {
  type: 'String',
  pattern: '[a-zA-Z0-9_.-]+',
  minLength: 1,
  maxLength: REQUEST_LIMITS.streamNameLength,
} as const;

/** An optional name of a stream or a shard. */
export const OPTIONAL_NAME = NAME;

/** A required name of a stream or a shard. */
export const REQUIRED_NAME = { ...NAME, required: true } as const;

const STREAM_ARN = {
  type: 'String',
  pattern: 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+',
  minLength: 1,
  maxLength: REQUEST_LIMITS.streamArnLength,
} as const;

/** Members that name a request's stream: StreamName or StreamARN is required. */
export const STREAM = { StreamName: { ...NAME, unless: 'StreamARN' }, StreamARN: STREAM_ARN } as const;

/** The same members, both optional, for a request that may name its stream in another way, such as by a NextToken. */
export const OPTIONAL_STREAM = { StreamName: NAME, StreamARN: STREAM_ARN } as const;

export const HASH_KEY = { type: 'String', pattern: '0|([1-9]\\d{0,38})' } as const;

export const SEQUENCE_NUMBER = { type: 'String', pattern: '0|([1-9]\\d{0,128})' } as const;

export const DRY_RUN = { type: 'Boolean' } as const;

export const TAGS = {
  type: 'Map',
  minLength: 1,
  maxLength: REQUEST_LIMITS.tagsPerRequest,
  keyLength: [1, REQUEST_LIMITS.tagKeyLength],
  valueLength: [0, REQUEST_LIMITS.tagValueLength],
} as const;
