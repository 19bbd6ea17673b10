import { Base64Error, decodeBase64 } from './base64';
import { serializationError } from './errors';
import type { Members, Shape } from './shapes';
import { Instant } from './values';

type Fields = Readonly<Record<string, unknown>>;

const LARGEST_INTEGER = 2_147_483_647;
/** A message quotes at most this many characters of the client's text. */
const QUOTED_LENGTH = 1000;

/**
 * First phase of validation: gives every known member its type, drops unknown ones and nulls.
 *
 * @throws KinesisError SerializationException for the first member that cannot have its type.
 */
export function deserialize(request: unknown, members: Members): Fields {
  return structure(request, members);
}

function structure(value: unknown, members: Members): Fields {
  if (typeof value !== 'object' || value === null) throw serializationError('Expected null');
  if (Array.isArray(value)) throw serializationError('Start of list found where not expected');
  const given = value as Fields;
  const fields: Record<string, unknown> = {};
  for (const name in members) {
    const member = given[name];
    if (member !== undefined && member !== null) fields[name] = typed(member, members[name]!);
  }
  return fields;
}

function typed(value: unknown, shape: Shape): unknown {
  switch (shape.type) {
    case 'String':
      return typeof value === 'string' ? value : refuse(value, 'an String');
    case 'Blob':
      return blob(value);
    case 'Integer':
      return isNumber(value) ? Math.min(Math.floor(value), LARGEST_INTEGER) : refuse(value, 'an Integer');
    case 'Boolean':
      return typeof value === 'boolean' ? value : refuse(value, 'an Boolean');
    case 'Timestamp':
      if (value instanceof Instant && isNumber(value.ms)) return value.ms;
      return isNumber(value) ? Math.round(value * 1000) : refuse(value, 'milliseconds since epoch');
    case 'List':
      if (Array.isArray(value))
        return value.map((element) => (element === null ? undefined : typed(element, shape.of)));
      throw serializationError(
        typeof value === 'object' ? 'Start of structure or map found where not expected.' : 'Expected list or null',
      );
    case 'Map':
      return textMap(value);
    case 'Structure':
      return structure(value, shape.members);
  }
}

/** CBOR can hold NaN, which would pass every check of a minimum or maximum. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

function blob(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  if (typeof value !== 'string') return refuse(value, 'a Blob');
  try {
    return decodeBase64(value);
  } catch (error) {
    if (!(error instanceof Base64Error)) throw error;
    throw serializationError(`'${value.slice(0, QUOTED_LENGTH)}' can not be converted to a Blob: ${error.message}`);
  }
}

function textMap(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) throw serializationError('Expected map or null');
  if (Array.isArray(value)) throw serializationError('Start of list found where not expected');
  const entries = Object.entries(value).filter(([, text]) => text !== null);
  return Object.fromEntries(
    entries.map(([key, text]) => [key, typeof text === 'string' ? text : refuse(text, 'an String')]),
  );
}

function refuse(value: unknown, wanted: string): never {
  if (Array.isArray(value)) throw serializationError('Start of list found where not expected');
  switch (typeof value) {
    case 'string':
      throw serializationError(`class java.lang.String can not be converted to ${wanted}`);
    case 'boolean':
      throw serializationError(`class java.lang.Boolean can not be converted to ${wanted}`);
    case 'number':
      throw serializationError(
        `class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to ${wanted}`,
      );
    default:
      throw serializationError('Start of structure or map found where not expected.');
  }
}
