/** One member of an object, its value as the text that it is. */
export interface Field {
  readonly name: string;
  readonly raw: string;
}

const DEEPEST_INDENT = 24;

/** JSON text on lines of its own, indented; every number and text stays as it was written. Text that is no JSON comes back changed in white space alone. */
export function indented(text: string): string {
  let out = '';
  let depth = 0;
  const line = () => `\n${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      const end = endOfString(text, at);
      out += text.slice(at, end);
      at = end - 1;
    } else if (character === '{' || character === '[') {
      const closing = /^\s*[}\]]/.exec(text.slice(at + 1, at + 65));
      if (closing) {
        out += character + closing[0].trim();
        at += closing[0].length;
      } else {
        depth++;
        out += character + line();
      }
    } else if (character === '}' || character === ']') {
      depth--;
      out += line() + character;
    } else if (character === ',') out += `,${line()}`;
    else if (character === ':') out += ': ';
    else if (!/\s/.test(character)) out += character;
  }
  return out;
}

/** Members of the outermost object, in order; undefined when the text is not a JSON object. Values inside values are not looked at. */
export function fieldsOf(text: string): Field[] | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return undefined;
  const fields: Field[] = [];
  let at = 1;
  while (at < trimmed.length - 1) {
    at = skip(trimmed, at, /[\s,]/);
    if (at >= trimmed.length - 1) break;
    if (trimmed[at] !== '"') return undefined;
    const nameEnd = endOfString(trimmed, at);
    const name = textOfString(trimmed.slice(at, nameEnd));
    at = skip(trimmed, nameEnd, /\s/);
    if (name === undefined || trimmed[at] !== ':') return undefined;
    const from = skip(trimmed, at + 1, /\s/);
    at = endOfValue(trimmed, from);
    fields.push({ name, raw: trimmed.slice(from, at).trim() });
  }
  return fields;
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from;
  while (at < text.length && what.test(text[at]!)) at++;
  return at;
}

/** Behind the closing quotation mark, or the end of the text. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

/** At the comma or brace that ends a member's value. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      depth--;
    } else if (character === ',' && depth === 0) return at;
  }
  return text.length;
}

function textOfString(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
