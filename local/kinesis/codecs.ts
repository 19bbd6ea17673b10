import { isUtf8 } from 'node:buffer';
import { addExtension, Decoder, Encoder, setSizeLimits } from 'cbor-x';
import { Blob, Instant } from './values';

/** A wire format of requests and answers: JSON or CBOR. */
export interface Codec {
  readonly contentType: string;
  /** Throws when the bytes are not in this format. */
  decode(body: Buffer): unknown;
  encode(value: unknown): Buffer | string;
}

/** The format of the SDKs for JavaScript, Python and Go, of the AWS CLI and of API Gateway. */
export const JSON_CODEC: Codec = {
  contentType: 'application/x-amz-json-1.1',
  decode(body) {
    if (!isUtf8(body)) throw new SyntaxError('the body is not UTF-8');
    return JSON.parse(body.toString('utf8'));
  },
  encode: (value) => JSON.stringify(value),
};

// AWS's timestamps are tag 1 with milliseconds. In standard CBOR, and in cbor-x, tag 1 means seconds.
addExtension<Instant, number | bigint>({
  Class: Instant,
  tag: 1,
  encode: ({ ms }, encode) => encode(BigInt(ms)),
  decode: (ms) => new Instant(Number(ms)),
});

// cbor-x allocates as many elements as a list's head announces, before it reads them.
setSizeLimits({ maxArraySize: 1000, maxMapSize: 1000, maxObjectSize: 1000 });

const OPTIONS = { useRecords: false, mapsAsObjects: true, variableMapSize: true, tagUint8Array: false } as const;
// The type definitions of cbor-x lack int64AsNumber; without it, 64-bit integers come as bigint.
const decoder = new Decoder({ ...OPTIONS, int64AsNumber: true } as typeof OPTIONS);
const encoder = new Encoder(OPTIONS);

/** The format of the SDK for Java: blobs are byte strings. */
export const CBOR_CODEC: Codec = {
  contentType: 'application/x-amz-cbor-1.1',
  decode: (body) => decoder.decode(body) as unknown,
  encode: (value) => encoder.encode(plain(value)),
};

const LARGEST_UINT32 = 0xffff_ffff;

/** Java's SDK accepts a whole number only as an integer. cbor-x writes a number over 32 bits as a float unless it is a bigint. */
function plain(value: unknown): unknown {
  if (value instanceof Blob) return value.bytes;
  if (value instanceof Instant) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > LARGEST_UINT32) return BigInt(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
