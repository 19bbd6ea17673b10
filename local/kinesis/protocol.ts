import { LogFullError } from '../log';
import type { HttpRequest, HttpResponse } from '../wire/http';
import { draw, drawUuid } from '../wire/random-bytes';
import { CBOR_CODEC, type Codec, JSON_CODEC } from './codecs';
import { internalFailure, KinesisError, serializationError, unknownOperation } from './errors';
import type { Output } from './operation';

/** Runs an operation by its name. Rejects with a KinesisError for each error that the client gets. */
export type Call = (action: string, request: unknown) => Promise<Output | undefined>;

/** Called with each error that is not a KinesisError, before the client gets an InternalFailure. */
export type OnError = (error: unknown) => void;

const TARGET = /^Kinesis_20131202\.(\w+)$/;

/** Answers one request of the wire protocol: JSON 1.1 or CBOR 1.1, the operation in `X-Amz-Target` or as `/?Action=`. */
export async function answer(request: HttpRequest, call: Call, onError: OnError): Promise<HttpResponse> {
  if (request.method !== 'POST') return xml(403, 'AccessDeniedException', NO_OPERATION);
  const action = actionOf(request);
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  const codec = [JSON_CODEC, CBOR_CODEC].find((known) => known.contentType === contentType);
  if (codec !== undefined) return answerAction(action, request.body, codec, call, onError);
  if (request.body.length === 0) {
    const error = action === undefined ? unknownOperation() : serializationError();
    return response(error.status, CBOR_CODEC, error.fields);
  }
  if (contentType === 'application/json') return plainJson(request.body);
  return action === undefined ? xml(403, 'AccessDeniedException', NO_OPERATION) : xml(404, 'UnknownOperationException');
}

/** Answers a request whose operation is already known. */
export async function answerAction(
  action: string | undefined,
  body: Buffer,
  codec: Codec,
  call: Call,
  onError: OnError,
): Promise<HttpResponse> {
  try {
    const request = decode(body, codec);
    if (action === undefined) throw unknownOperation();
    return response(200, codec, await call(action, request));
  } catch (error) {
    if (!(error instanceof KinesisError)) onError(error);
    const { status, fields } = error instanceof KinesisError ? error : internalFailure(reasonOf(error));
    return response(status, codec, fields);
  }
}

/** The client is told about a full disk, and about no other internal error: a person can free the disk while the client waits. */
function reasonOf(error: unknown): string | undefined {
  return error instanceof LogFullError ? error.message : undefined;
}

const NO_OPERATION = 'Unable to determine service/operation name to be authorized';

function actionOf({ headers, query }: HttpRequest): string | undefined {
  const target = headers['x-amz-target'];
  if (target !== undefined) return TARGET.exec(target)?.[1];
  return new URLSearchParams(query).get('Action') ?? undefined;
}

function decode(body: Buffer, codec: Codec): unknown {
  let request: unknown;
  try {
    request = codec.decode(body);
  } catch {
    throw serializationError();
  }
  if (typeof request !== 'object' || request === null) throw serializationError();
  return request;
}

/** The answer to a request of type application/json, which AWS reads without a service or an operation. */
function plainJson(body: Buffer): HttpResponse {
  let isObject = false;
  try {
    const value = JSON_CODEC.decode(body);
    isObject = typeof value === 'object' && value !== null;
  } catch {
    // The answer says so.
  }
  const type = `com.amazon.coral.service#${isObject ? 'UnknownOperationException' : 'SerializationException'}`;
  const text = JSON.stringify({ Output: { __type: type }, Version: '1.0' });
  return { status: isObject ? 404 : 400, headers: headersOf('application/json'), body: text };
}

function response(status: number, codec: Codec, value: unknown): HttpResponse {
  return { status, headers: headersOf(codec.contentType), body: value === undefined ? '' : codec.encode(value) };
}

function xml(status: number, type: string, message?: string): HttpResponse {
  const body = message === undefined ? `<${type}/>\n` : `<${type}>\n  <Message>${message}</Message>\n</${type}>\n`;
  return { status, headers: headersOf('application/xml'), body };
}

function headersOf(contentType: string): Record<string, string> {
  return {
    'Content-Type': contentType,
    'x-amzn-RequestId': drawUuid(),
    'x-amz-id-2': draw(72).toString('base64'),
  };
}
