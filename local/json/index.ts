/**
 * JSON that keeps what the sender wrote: exact digits, order of members, the source of every node.
 *
 * ```ts
 * const root = parseJson(body);                         // Buffer (strict UTF-8) or string; throws JsonSyntaxError { problem, offset }
 * const records = root.get('records');                  // member of an object; undefined if absent or if root is no object
 * for (const record of records?.elements() ?? []) {     // elements of an array; [] for anything else
 *   record.get('key')?.kind;                            // 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'
 *   record.get('key')?.text;                            // decoded text of a string, the digits of a number, 'true', 'null', or JSON source
 *   record.get('value')?.toValue();                     // plain JavaScript value (numbers as doubles)
 *   for (const [name, member] of record.members()) {}   // in order of first appearance; of a repeated name the last value
 *   jacksonBytes(record.get('value')!);                 // the bytes Jackson would write: REST proxy's log
 *   compactBytes(record.get('value')!);                 // no blanks, digits as they came: `$input.json`
 * }
 * ```
 *
 * Parsing checks the whole text and builds nothing but a table of places (`scanner.ts`); nodes are small views made when asked for.
 * `jacksonBytes` and `compactBytes` return a view of the source, not a copy, wherever the source already reads so; do not write into it.
 * A repeated name is allowed: the last value wins, at the place of the first. Depth and the length of a number
 * are limited (`limits.ts`), so no input can exhaust the stack. A byte order mark, NaN, comments, and anything after the value are refused.
 */
export { compactBytes, compactText } from './compact';
export { jacksonBytes } from './jackson';
export { type JsonKind, JsonNode, type ParseOptions, parseJson } from './node';
export { type JsonProblem, JsonSyntaxError } from './syntax-error';
