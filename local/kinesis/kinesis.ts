import type { Log, ReadLimits } from '../log';
import type { HttpRequest, HttpResponse } from '../wire/http';
import { JSON_CODEC } from './codecs';
import { unknownOperation } from './errors';
import type { Output, Service } from './operation';
import { NOT_SERVED, OPERATIONS } from './operations';
import { answer, answerAction, type OnError } from './protocol';
import { readRecords, type StreamRecord } from './reader';
import { trimStreams } from './retention';
import type { Shard } from './shards';
import { Streams } from './streams';
import { Throttle } from './throttle';

export interface KinesisOptions {
  /** The log that keeps the streams: a topic per stream, a partition per shard. Other topics in the log are left alone. */
  readonly log: Log;
  /** Shown in ARNs. @default us-east-1 */
  readonly region?: string;
  /** Shown in ARNs and messages. @default 000000000000 */
  readonly accountId?: string;
  /** `aws` throttles shards and calls as AWS does; `off` does not. Limits on requests hold in both. */
  readonly limits: 'off' | 'aws';
  /** Clock in ms; the log should have the same. @default Date.now */
  readonly now?: () => number;
  /** How long a stream stays CREATING, and DELETING, in ms. @default 0, at once */
  readonly activationMs?: number;
  /** Called with each error of this endpoint itself; the client gets an InternalFailure. @default not called */
  readonly onError?: OnError;
}

/** Opens the streams of the log. */
export function openKinesis(options: KinesisOptions): Kinesis {
  return new Kinesis(options);
}

/** Kinesis Data Streams over a log. */
export class Kinesis {
  private readonly service: Service;
  private readonly onError: OnError;

  constructor({
    log,
    limits,
    region = 'us-east-1',
    accountId = '000000000000',
    now = Date.now,
    activationMs = 0,
    onError = () => {},
  }: KinesisOptions) {
    const streams = new Streams({ log, now, region, accountId, activationMs });
    const throttle = new Throttle({ isOn: limits === 'aws', now, accountId });
    this.service = { log, now, region, accountId, streams, throttle, read: new Set() };
    this.onError = onError;
  }

  /**
   * Runs one operation, e.g. `call('PutRecord', { StreamName: 'pins', PartitionKey: '1', Data: bytes })`. Blobs in the request are
   * buffers or base64, timestamps are seconds; in the answer they are `Blob` and `Instant`.
   *
   * @throws KinesisError whose `type` is AWS's name of the error.
   */
  readonly call = async (action: string, request: unknown): Promise<Output | undefined> => {
    const run = OPERATIONS.get(action);
    if (run !== undefined) return run(this.service, request);
    if (!NOT_SERVED.has(action)) throw unknownOperation();
    throw unknownOperation(
      `${action} is not served by this local endpoint. Served: ${[...OPERATIONS.keys()].join(', ')}.`,
    );
  };

  /** Answers one request of the wire protocol. Never rejects. */
  handle(request: HttpRequest): Promise<HttpResponse> {
    return answer(request, this.call, this.onError);
  }

  /** Answers API Gateway's service integration: an operation's name and a JSON body. Never rejects. */
  handleAction(action: string, body: Buffer): Promise<HttpResponse> {
    return answerAction(action, body, JSON_CODEC, this.call, this.onError);
  }

  streamExists(name: string): boolean {
    return this.service.streams.find(name) !== undefined;
  }

  /** Whether a client has called GetRecords on the stream since this endpoint was opened. */
  wasRead(name: string): boolean {
    return this.service.read.has(name);
  }

  /** The stream's shards by index, closed shards too. Empty if the stream does not exist. */
  shardsOf(streamName: string): readonly Shard[] {
    return this.service.streams.find(streamName)?.shards ?? [];
  }

  /**
   * Records of a shard from `fromOffset` on, read from the log without iterators or throttling.
   *
   * @throws KinesisError ResourceNotFoundException
   */
  readRecords(streamName: string, shardIndex: number, fromOffset: number, limits: ReadLimits): StreamRecord[] {
    const { log, streams } = this.service;
    return readRecords(log, streams.get({ StreamName: streamName }), shardIndex, fromOffset, limits);
  }

  /** Removes records older than their stream's retention period, and streams whose DELETING has ended. Call it at intervals. */
  trim(): Promise<void> {
    return trimStreams(this.service);
  }
}
