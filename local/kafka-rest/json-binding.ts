import { type JsonNode, JsonSyntaxError, parseJson } from '../json';
import { badRequest, type RestError, unprocessable } from './errors';

/*
 * What Jackson does between the text of a request and its fields: types coerced or refused, with the texts of its errors. Class names
 * in them are the short ones.
 */

const TOKENS = {
  object: ['Object value', 'START_OBJECT'],
  array: ['Array value', 'START_ARRAY'],
  string: ['String value', 'VALUE_STRING'],
  number: ['Integer value', 'VALUE_NUMBER_INT'],
  boolean: ['Boolean value', 'VALUE_TRUE'],
  null: ['Null value', 'VALUE_NULL'],
} as const;
const INT_MIN = -2_147_483_648;
const INT_MAX = 2_147_483_647;

/** The body as JSON; undefined if there is none. */
export function parseBody(body: Buffer): JsonNode | undefined {
  if (body.length === 0) return undefined;
  try {
    return parseJson(body);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(error.problem === 'end' ? `Unexpected end-of-input: ${error.message}` : error.message);
  }
}

/** The members of an object, each of which must be one of `known`. `type` names the class in errors. */
export function membersOf(
  node: JsonNode,
  type: string,
  known: readonly string[],
): Iterable<readonly [string, JsonNode]> {
  if (node.kind !== 'object') throw wrongType(type, node);
  const members = node.members();
  for (const [name] of members) if (!known.includes(name)) throw unprocessable(`Unrecognized field: ${name}`);
  return members;
}

/** The elements of an array; none for null. */
export function elementsOf(node: JsonNode, type: string): JsonNode[] {
  if (node.kind === 'array') return node.elements();
  if (node.kind === 'null') return [];
  throw wrongType(`ArrayList<${type}>`, node);
}

/** A 32-bit integer: numbers are cut to it, texts of integers read; null stays. */
export function integerOf(node: JsonNode): number | null {
  switch (node.kind) {
    case 'null':
      return null;
    case 'number':
      return checkRange(Math.trunc(Number(node.text)), node.text);
    case 'string': {
      const text = node.text.trim();
      if (text === '') return null;
      if (/^[+-]?\d+$/.test(text)) return checkRange(Number(text), text);
      throw badRequest(
        `Cannot deserialize value of type \`Integer\` from String ${JSON.stringify(node.text)}: not a valid \`Integer\` value`,
      );
    }
    default:
      throw wrongType('Integer', node);
  }
}

/** A text; scalars are taken by their digits, null stays. */
export function stringOf(node: JsonNode): string | null {
  if (node.kind === 'null') return null;
  if (node.kind === 'object' || node.kind === 'array') throw wrongType('String', node);
  return node.text;
}

export function wrongType(type: string, node: JsonNode): RestError {
  const [what, token] = TOKENS[node.kind];
  return badRequest(`Cannot deserialize value of type \`${type}\` from ${what} (token \`JsonToken.${token}\`)`);
}

function checkRange(value: number, text: string): number {
  if (value >= INT_MIN && value <= INT_MAX) return value;
  throw badRequest(`Numeric value (${text}) out of range of \`int\` (${INT_MIN} - ${INT_MAX})`);
}
