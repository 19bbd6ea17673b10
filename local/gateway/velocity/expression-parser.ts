import type { Cursor } from './cursor';
import type { Access, Expression, Operator, Reference, Template } from './syntax';

/** Parses the inside of a string in double quotes, which is itself a template. A parameter, to avoid a circle of imports. */
type ParseBody = (source: string) => Template;

const NAME = /[a-zA-Z_][\w-]*/y;

/** Operators from the loosest to the tightest, each level with its spellings. */
const LEVELS: readonly (readonly (readonly [RegExp, Operator])[])[] = [
  [[/\|\||or\b/y, '||']],
  [[/&&|and\b/y, '&&']],
  [
    [/==|eq\b/y, '=='],
    [/!=|ne\b/y, '!='],
  ],
  [
    [/<=|le\b/y, '<='],
    [/>=|ge\b/y, '>='],
    [/<|lt\b/y, '<'],
    [/>|gt\b/y, '>'],
  ],
  [
    [/\+/y, '+'],
    // Velocity reads `-1` as a number, so in `3 -1` it finds no operator.
    [/-(?!\d)/y, '-'],
  ],
  [
    [/\*/y, '*'],
    [/\//y, '/'],
    [/%/y, '%'],
  ],
];

export function parseExpression(cursor: Cursor, parseBody: ParseBody, level = 0): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return parseUnary(cursor, parseBody);
  let left = parseExpression(cursor, parseBody, level + 1);
  for (;;) {
    cursor.skipBlanks();
    const operator = operators.find(([spelling]) => cursor.match(spelling))?.[1];
    if (operator === undefined) return left;
    left = { type: 'binary', operator, left, right: parseExpression(cursor, parseBody, level + 1) };
  }
}

function parseUnary(cursor: Cursor, parseBody: ParseBody): Expression {
  cursor.skipBlanks();
  if (cursor.match(/!|not\b/y)) return { type: 'not', operand: parseUnary(cursor, parseBody) };
  if (cursor.take('(')) {
    const inner = parseExpression(cursor, parseBody);
    cursor.skipBlanks();
    cursor.expect(')');
    return inner;
  }
  return parseOperand(cursor, parseBody);
}

/** A value that may be an argument: a literal, a list, a range, a map or a reference. */
function parseOperand(cursor: Cursor, parseBody: ParseBody): Expression {
  cursor.skipBlanks();
  if (cursor.peek('"') || cursor.peek("'")) return parseString(cursor, parseBody);
  if (cursor.take('[')) return parseListOrRange(cursor, parseBody);
  if (cursor.take('{')) return parseMap(cursor, parseBody);
  const number = cursor.match(/-?(?:\d+\.(?!\.)\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?/y);
  if (number) return { type: 'literal', value: Number(number[0]) };
  const integer = cursor.match(/-?\d+/y);
  if (integer) return { type: 'literal', value: BigInt(integer[0]) };
  const word = cursor.match(/(true|false)(?![\w-])/y);
  if (word) return { type: 'literal', value: word[1] === 'true' };
  const reference = cursor.peek('$') ? parseReference(cursor, parseBody) : undefined;
  if (reference) return { type: 'reference', reference };
  throw cursor.error('expected a value here');
}

/** A quote inside a string is written twice; there are no other escapes, but `\uXXXX` in double quotes. */
function parseString(cursor: Cursor, parseBody: ParseBody): Expression {
  const single = cursor.match(/'((?:[^']|'')*)'/y);
  if (single) return { type: 'literal', value: (single[1] ?? '').replaceAll("''", "'") };
  const double = cursor.match(/"((?:[^"]|"")*)"/y);
  if (!double) throw cursor.error('this string has no closing quote');
  const text = (double[1] ?? '')
    .replaceAll('""', '"')
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (!/[$#]/.test(text)) return { type: 'literal', value: text };
  // Velocity adds a blank before it parses the string, so that a '$' at the end stays text, and removes the blank afterwards.
  const body = parseBody(`${text} `);
  const last = body.at(-1);
  if (last?.type !== 'text') return { type: 'interpolation', body };
  const rest: Template =
    last.text === ' ' ? body.slice(0, -1) : [...body.slice(0, -1), { type: 'text', text: last.text.slice(0, -1) }];
  if (rest.length === 0) return { type: 'literal', value: '' };
  const only = rest.length === 1 ? rest[0] : undefined;
  return only?.type === 'text' ? { type: 'literal', value: only.text } : { type: 'interpolation', body: rest };
}

function parseListOrRange(cursor: Cursor, parseBody: ParseBody): Expression {
  cursor.skipBlanks();
  if (cursor.take(']')) return { type: 'list', items: [] };
  const first = parseOperand(cursor, parseBody);
  cursor.skipBlanks();
  if (cursor.take('..')) {
    const to = parseOperand(cursor, parseBody);
    cursor.skipBlanks();
    cursor.expect(']');
    return { type: 'range', from: first, to };
  }
  const items = [first];
  while (cursor.take(',')) {
    items.push(parseOperand(cursor, parseBody));
    cursor.skipBlanks();
  }
  cursor.expect(']');
  return { type: 'list', items };
}

function parseMap(cursor: Cursor, parseBody: ParseBody): Expression {
  const entries: (readonly [Expression, Expression])[] = [];
  cursor.skipBlanks();
  if (cursor.take('}')) return { type: 'map', entries };
  do {
    const key = parseOperand(cursor, parseBody);
    cursor.skipBlanks();
    cursor.expect(':');
    entries.push([key, parseOperand(cursor, parseBody)]);
    cursor.skipBlanks();
  } while (cursor.take(','));
  cursor.expect('}');
  return { type: 'map', entries };
}

/** `( … )` of a method or a macro; between a macro's arguments the comma may be left out. */
export function parseArguments(
  cursor: Cursor,
  parseBody: ParseBody,
  separator: 'comma' | 'blank' = 'blank',
): Expression[] {
  const args: Expression[] = [];
  cursor.expect('(');
  cursor.skipBlanks();
  if (cursor.take(')')) return args;
  for (;;) {
    args.push(parseOperand(cursor, parseBody));
    cursor.skipBlanks();
    if (cursor.take(')')) return args;
    if (!cursor.take(',') && separator === 'comma') throw cursor.error("expected ',' or ')' here");
  }
}

/** The variable that a directive makes: `$name`. */
export function parseVariable(cursor: Cursor): string {
  const variable = cursor.match(/\$!?(?:\{([a-zA-Z_][\w-]*)\}|([a-zA-Z_][\w-]*))/y);
  if (variable === undefined) throw cursor.error('expected a variable such as $name here');
  return variable[1] ?? variable[2] ?? '';
}

/** Reads a reference such as `$name` or `$!{name}`. Gives undefined and reads nothing when the '$' is only text. */
export function parseReference(cursor: Cursor, parseBody: ParseBody): Reference | undefined {
  const at = cursor.position();
  const start = cursor.match(/\$(!?)(\{?)(?=[a-zA-Z_])/y);
  if (start === undefined) return undefined;
  const isWrapped = start[2] === '{';
  cursor.wasFormal = false;
  const name = cursor.takeWhile(NAME);
  const path: Access[] = [];
  for (;;) {
    if (cursor.take('[')) {
      path.push({ type: 'index', index: parseOperand(cursor, parseBody) });
      cursor.skipBlanks();
      cursor.expect(']');
    } else if (cursor.looksAt(/\.[a-zA-Z_]/y)) {
      cursor.take('.');
      const member = cursor.takeWhile(NAME);
      path.push(
        cursor.peek('(')
          ? { type: 'method', name: member, args: parseArguments(cursor, parseBody, 'comma') }
          : { type: 'property', name: member },
      );
    } else {
      break;
    }
  }
  if (isWrapped) cursor.expect('}');
  cursor.wasFormal = isWrapped || start[1] === '!';
  return { name, path, at };
}
