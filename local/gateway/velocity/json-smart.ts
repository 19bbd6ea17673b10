import { javaDecimal, javaDouble } from '../../json/java-double';
import type { Spelling } from '../../json/writer';

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '/': '\\/',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is escaped
const ESCAPED = /["\\/\u0000-\u001f\u007f-\u009f\u2000-\u20ff]/g;

/** A string as JSON in json-smart's form, which json-path uses for lists: `/` and some other characters are escaped, too. */
function string(text: string): string {
  return `"${text.replace(ESCAPED, escaped)}"`;
}

function escaped(unit: string): string {
  return SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The longest decimal that json-smart reads as a `Double`; a longer one becomes a `BigDecimal`. */
const LONGEST_DOUBLE = 18;

export const isWhole = (digits: string): boolean => /^-?\d+$/.test(digits);
export const isBigDecimal = (digits: string): boolean => !isWhole(digits) && digits.length > LONGEST_DOUBLE;

function number(digits: string): string {
  if (isWhole(digits)) return String(BigInt(digits));
  return isBigDecimal(digits) ? javaDecimal(digits) : smartDouble(Number(digits));
}

/** JSON has no number for infinity. */
export const smartDouble = (value: number): string => (Number.isFinite(value) ? javaDouble(value) : 'null');

export const JSON_SMART: Spelling = { string, number };
