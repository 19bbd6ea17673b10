import { javaDouble } from './java-double';
import type { JsonNode } from './node';
import { HAS_ASTRAL, HAS_BLANKS, HAS_DUPLICATES, HAS_LOOSE_ESCAPES, HAS_LOOSE_NUMBERS } from './scanner';
import { type Spelling, write } from './writer';

const MUST_REWRITE = HAS_BLANKS | HAS_DUPLICATES | HAS_LOOSE_ESCAPES | HAS_ASTRAL | HAS_LOOSE_NUMBERS;

/** What makes Jackson write a value otherwise than it was sent. */
export const isAsJacksonWrites = (node: JsonNode): boolean => (node.flags & MUST_REWRITE) === 0;

const SPELLING: Spelling = { string: jacksonString, number: jacksonNumber };

/**
 * The bytes that Jackson 2 (tree in, `ObjectMapper.writeValueAsBytes` out) writes for a value it has read: no blanks, decimals by way of
 * double (`1.50` → `1.5`, `1e3` → `1000.0`), integers of any length kept, `\/` → `/`, `\u00e9` → raw `é`, and a character outside the BMP
 * as two escapes (`📌` → `\uD83D\uDCCC`). A view of the source if that reads so already.
 */
export function jacksonBytes(node: JsonNode): Buffer {
  return isAsJacksonWrites(node) ? node.raw : Buffer.from(write(node, SPELLING), 'utf8');
}

export function jacksonString(text: string): string {
  const json = JSON.stringify(text);
  // JSON.stringify writes hex digits in lower case. A backslash of the text itself comes out doubled and begins no escape.
  const escaped = json.includes('\\u') ? json.replace(/\\\\|\\u[0-9a-f]{4}/g, upperCaseHex) : json;
  return escaped.replace(/[\ud800-\udfff]/g, escapeUnit);
}

function upperCaseHex(match: string): string {
  return match.length === 2 ? match : `\\u${match.slice(2).toUpperCase()}`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase()}`;
}

export function jacksonNumber(digits: string): string {
  if (!/[.eE]/.test(digits)) return digits === '-0' ? '0' : digits;
  const value = Number(digits);
  // Jackson reads a number too big for a double as infinity, and quotes what JSON has no number for.
  return Number.isFinite(value) ? javaDouble(value) : JSON.stringify(javaDouble(value));
}
