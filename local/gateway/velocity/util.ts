import { JsonSyntaxError, parseJson } from '../../json';
import { isCompact } from '../../json/compact';
import { fromJson } from './collections';
import { JsonText, Scope, TemplateError, textOf, type Value } from './values';

const FUNCTIONS: Readonly<Record<string, (value: Value) => Value>> = {
  base64Encode,
  base64Decode: (value) => Buffer.from(textOf(value), 'base64').toString('utf8'),
  escapeJavaScript: (value) => escapeJavaScript(textOf(value)),
  parseJson: readJson,
  urlEncode: (value) => urlEncode(textOf(value)),
  urlDecode: (value) => urlDecode(textOf(value)),
};

/** `$util`. Null counts as the empty text. */
class Util extends Scope {
  property(): undefined {
    return undefined;
  }

  override method(name: string, args: readonly Value[]): Value | undefined {
    const value = args[0] ?? null;
    if (args.length !== 1 || !Object.hasOwn(FUNCTIONS, name)) return undefined;
    return FUNCTIONS[name]?.(value);
  }

  override toString(): string {
    return 'util';
  }
}

export const UTIL: Scope = new Util();
export const UTIL_METHODS: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));

/** Base64 of the UTF-8 of the value's text; for JSON text straight from the body's bytes. */
function base64Encode(value: Value): string {
  if (value instanceof JsonText && isCompact(value.node))
    return value.node.source.toString('base64', value.node.start, value.node.end);
  return Buffer.from(textOf(value), 'utf8').toString('base64');
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
  '/': '\\/',
};

/** As commons-lang's StringEscapeUtils: also `'` and `/`, and everything outside ASCII as `\uXXXX`. */
function escapeJavaScript(text: string): string {
  return /^[ !#-&(-.0-[\]-~]*$/.test(text)
    ? text
    : text.replace(
        /[^ !#-&(-.0-[\]-~]/g,
        (unit) =>
          SHORT_ESCAPES[unit] ??
          (unit === '\x7f' ? unit : `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`),
      );
}

/** An object, a list or a scalar; null for text that is not JSON. */
function readJson(value: Value): Value {
  try {
    return fromJson(parseJson(textOf(value)));
  } catch (error) {
    if (error instanceof JsonSyntaxError) return null;
    throw error;
  }
}

/** As `URLEncoder.encode`, the form style: a blank is `+`. */
function urlEncode(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    if (/[\w.*-]/.test(char)) encoded += char;
    else encoded += char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function urlDecode(text: string): string {
  if (/%(?![\da-fA-F]{2})/.test(text))
    throw new TemplateError(`IllegalArgumentException: ${JSON.stringify(text)} is not URL-encoded`);
  const bytes = Buffer.from(text.replaceAll('+', ' '), 'utf8').toString('latin1');
  return Buffer.from(
    bytes.replace(/%([\da-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}
