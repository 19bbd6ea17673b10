import type { Log } from '../log';
import { checkConstraints } from './constraints';
import { deserialize } from './deserialize';
import { invalidArgument } from './errors';
import { REQUEST_LIMITS } from './limits';
import type { Input, Members } from './shapes';
import type { Streams } from './streams';
import type { Throttle } from './throttle';

/** What every operation works on. */
export interface Service {
  readonly log: Log;
  /** Clock in ms. */
  readonly now: () => number;
  readonly region: string;
  readonly accountId: string;
  readonly streams: Streams;
  readonly throttle: Throttle;
  /** Names of streams that somebody has read since this was opened. */
  readonly read: Set<string>;
}

/** An operation's answer; its values are JSON, `Instant` and `Blob`. */
export type Output = Readonly<Record<string, unknown>>;

/**
 * One operation: from a request as it came off the wire to the answer, or to none where AWS answers an empty body.
 * Rejects with KinesisError for everything the client has to know.
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

/** A stream's or a shard's name where it may be left out. */
export const OPTIONAL_NAME = NAME;

/** A stream's or a shard's name where it must be given. */
export const REQUIRED_NAME = { ...NAME, required: true } as const;

const STREAM_ARN = {
  type: 'String',
  pattern: 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+',
  minLength: 1,
  maxLength: REQUEST_LIMITS.streamArnLength,
} as const;

/** Members that name the stream of a request: one of them has to be there. */
export const STREAM = { StreamName: { ...NAME, unless: 'StreamARN' }, StreamARN: STREAM_ARN } as const;

/** The same where something else may name the stream. */
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
