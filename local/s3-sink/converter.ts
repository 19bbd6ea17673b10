import { type JsonNode, JsonSyntaxError, parseJson } from '../json';
import { isAsJacksonWrites, jacksonNumber, jacksonString } from '../json/jackson';
import { HAS_WIDE_NUMBERS } from '../json/scanner';
import { type Spelling, write } from '../json/writer';

/**
 * A record's value as Kafka Connect's JsonConverter reads it, without schemas: a byte order mark and any text after the value do not
 * count, a number may begin with zeros, and an empty text is null. The lenient reading is tried only when strict reading fails.
 *
 * @throws JsonSyntaxError when Connect's converter fails, too.
 */
export function convert(value: Buffer, mayHaveMark = true): JsonNode | null {
  try {
    return parseJson(value);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return convertLoosely(value, error, mayHaveMark);
  }
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
/** Matches a string, which is kept unchanged, or the zeros before a number's first digit. */
const STRING_OR_ZEROS = /("(?:[^"\\]|\\.)*")|(?<![\d.eE+-])(-?)0+(?=\d)/gs;

function convertLoosely(value: Buffer, refused: JsonSyntaxError, mayHaveMark: boolean): JsonNode | null {
  if (
    mayHaveMark &&
    value.length > BYTE_ORDER_MARK.length &&
    value.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  )
    return convert(value.subarray(BYTE_ORDER_MARK.length), false);
  if (mayHaveMark && value.toString('latin1').trim() === '') return null;
  switch (refused.problem) {
    case 'trailing':
      // After a bare word or number, such text would be a part of it.
      if (!/^\s*["[{]/.test(value.toString('latin1', 0, 64))) throw refused;
      return parseJson(value.subarray(0, refused.offset));
    case 'bad-number': {
      // latin1 makes one character of each byte: only ASCII is replaced, and all other bytes stay the same.
      const text = value.toString('latin1');
      const without = text.replace(STRING_OR_ZEROS, (_, string?: string, sign = '') => string ?? sign);
      if (without.length === text.length) throw refused;
      return convert(Buffer.from(without, 'latin1'));
    }
    default:
      throw refused;
  }
}

const SPELLING: Spelling = { string: jacksonString, number: connectNumber };

/** The bytes that the sink's JSON format writes for a value: as Jackson writes it, with whole numbers cut to 64 bits as in the converter. */
export function connectBytes(node: JsonNode): Buffer {
  return isAsJacksonWrites(node) && (node.flags & HAS_WIDE_NUMBERS) === 0
    ? node.raw
    : Buffer.from(write(node, SPELLING), 'utf8');
}

function connectNumber(digits: string): string {
  if (/^-?\d+$/.test(digits)) return String(BigInt.asIntN(64, BigInt(digits)));
  const written = jacksonNumber(digits);
  // The converter holds decimals in a form without a negative zero.
  return written === '-0.0' ? '0.0' : written;
}
