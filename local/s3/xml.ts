import type { HttpResponse } from '../wire/http';

/** An element: its name, and its text or its child elements. */
export type Node = readonly [name: string, content: string | number | boolean | readonly Node[]];

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** @param isPlain whether to leave out S3's namespace, as in S3's errors */
export function xmlResponse(
  status: number,
  root: string,
  nodes: readonly Node[],
  { isPlain = false }: { readonly isPlain?: boolean } = {},
): HttpResponse {
  const begin = isPlain ? `<${root}>` : `<${root} xmlns="${NAMESPACE}">`;
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${begin}${nodes.map(written).join('')}</${root}>`,
  };
}

function written([name, content]: Node): string {
  const inner = Array.isArray(content) ? content.map(written).join('') : escaped(String(content));
  return `<${name}>${inner}</${name}>`;
}

const NAMED: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** Escapes a text as S3 does. Characters that XML 1.0 forbids become references, too, because a key may contain them. */
function escaped(text: string): string {
  const special = /[<>&"]|[^\t\n\x20-\x7e\x80-\ufffd]/g;
  return text.replace(special, (char) => NAMED[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);
}

/** An element of a request's document. */
export interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  /** Its own text, without the text of its child elements. */
  readonly text: string;
}

/** XML that no S3 request contains: DOCTYPE, entity declarations, processing instructions, CDATA. */
const NOT_OURS = /<!(?!--)/;
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)(?:[\w.-]+:)?([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y;
const DEEPEST = 8;

/** Reads the little XML that requests hold: elements, text, the five entities and references to characters. Undefined for any other text. */
export function readXml(text: string): Element | undefined {
  if (NOT_OURS.test(text)) return undefined;
  interface Open {
    readonly name: string;
    readonly children: Element[];
    text: string;
  }
  const top: Open = { name: '', children: [], text: '' };
  const stack = [top];
  TOKEN.lastIndex = 0;
  const source = text.replace(/^\ufeff/, '');
  while (TOKEN.lastIndex < source.length) {
    const token = TOKEN.exec(source);
    if (token === null) return undefined;
    const [whole, closing, name, , empty] = token;
    const open = stack.at(-1)!;
    if (whole.startsWith('<!--') || whole.startsWith('<?')) continue;
    if (name === undefined) {
      const plain = unescaped(whole);
      if (plain === undefined) return undefined;
      open.text += plain;
    } else if (closing === '/') {
      if (stack.length === 1 || open.name !== name) return undefined;
      stack.pop();
      stack.at(-1)!.children.push(open);
    } else if (empty === '/') open.children.push({ name, children: [], text: '' });
    else if (stack.push({ name, children: [], text: '' }) > DEEPEST) return undefined;
  }
  return stack.length === 1 && top.children.length === 1 && top.text.trim() === '' ? top.children[0] : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string | undefined {
  let isGood = true;
  const plain = text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));|&/g,
    (_, hex?: string, decimal?: string, entity?: string) => {
      const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : undefined;
      const char =
        code === undefined ? ENTITIES[entity ?? ''] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
      isGood &&= char !== undefined;
      return char ?? '';
    },
  );
  return isGood ? plain : undefined;
}

/** The text of the first child element with this name; undefined when there is none. */
export const textOf = ({ children }: Element, name: string): string | undefined =>
  children.find((child) => child.name === name)?.text;
