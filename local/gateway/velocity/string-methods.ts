import { VelocityArray } from './collections';
import { javaMatches, javaRegex, javaReplacement } from './java-regex';
import type { Method, Methods } from './method';
import { intOf, isText, TemplateError, textOf, type Value } from './values';

const text = (value: Value | undefined): string | undefined =>
  value !== undefined && isText(value) ? textOf(value) : undefined;

/** A method of one string argument. */
const ofText =
  (method: (target: string, argument: string) => Value): Method<string> =>
  (target, args) => {
    const argument = text(args[0]);
    return args.length === 1 && argument !== undefined ? method(target, argument) : undefined;
  };

const ofNothing =
  (method: (target: string) => Value): Method<string> =>
  (target, args) =>
    args.length === 0 ? method(target) : undefined;

function outOfBounds(target: string, where: string): TemplateError {
  return new TemplateError(`StringIndexOutOfBoundsException: ${where} of a string of ${target.length} characters`);
}

function substring(target: string, args: readonly Value[]): Value | undefined {
  const begin = intOf(args[0]);
  const end = args.length === 1 ? target.length : intOf(args[1]);
  if (begin === undefined || end === undefined || args.length > 2) return undefined;
  if (begin < 0 || end > target.length || begin > end) throw outOfBounds(target, `${begin} to ${end}`);
  return target.slice(begin, end);
}

function charAt(target: string, args: readonly Value[]): Value | undefined {
  const index = intOf(args[0]);
  if (index === undefined || args.length !== 1) return undefined;
  const char = target[index];
  if (char === undefined) throw outOfBounds(target, `index ${index}`);
  return char;
}

const search =
  (find: (target: string, wanted: string, from: number | undefined) => number): Method<string> =>
  (target, args) => {
    const wanted = text(args[0]);
    const from = args.length > 1 ? intOf(args[1]) : undefined;
    if (wanted === undefined || args.length > 2 || (args.length === 2 && from === undefined)) return undefined;
    return BigInt(find(target, wanted, from));
  };

/** For a negative index, Java's `lastIndexOf` finds nothing; JavaScript uses 0. */
const lastIndexOf = (target: string, wanted: string, from: number | undefined): number =>
  from !== undefined && from < 0 ? -1 : target.lastIndexOf(wanted, from);

const replaceMatches =
  (isAll: boolean): Method<string> =>
  (target, args) => {
    const pattern = text(args[0]);
    const replacement = text(args[1]);
    if (pattern === undefined || replacement === undefined || args.length !== 2) return undefined;
    const regex = javaRegex(pattern);
    let match = regex.exec(target);
    if (match === null) return target;
    const replaced = javaReplacement(replacement);
    let out = '';
    let from = 0;
    while (match !== null) {
      out += target.slice(from, match.index) + replaced(match);
      from = match.index + match[0].length;
      if (!isAll) break;
      if (match[0] === '') regex.lastIndex += (target.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
      match = regex.exec(target);
    }
    return out + target.slice(from);
  };

/** Java's `split`. Without a limit, it drops empty pieces at the end. It also drops an empty piece before an empty match at 0. */
function split(target: string, args: readonly Value[]): Value | undefined {
  const pattern = text(args[0]);
  const limit = args.length > 1 ? intOf(args[1]) : 0;
  if (pattern === undefined || limit === undefined || args.length > 2) return undefined;
  const pieces: string[] = [];
  let from = 0;
  for (const match of target.matchAll(javaRegex(pattern))) {
    if (limit > 0 && pieces.length === limit - 1) break;
    const end = match.index + match[0].length;
    if (end === 0) continue;
    pieces.push(target.slice(from, match.index));
    from = end;
  }
  pieces.push(target.slice(from));
  if (limit === 0 && pieces.length > 1) while (pieces.length > 0 && pieces.at(-1) === '') pieces.pop();
  return new VelocityArray(pieces);
}

function hashCode(target: string): bigint {
  let hash = 0;
  for (let at = 0; at < target.length; at++) hash = (Math.imul(hash, 31) + target.charCodeAt(at)) | 0;
  return BigInt(hash);
}

/** `compareTo`: the difference of the first two different characters, else of the lengths. */
function compareTo(left: string, right: string): bigint {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++)
    if (left[at] !== right[at]) return BigInt(left.charCodeAt(at) - right.charCodeAt(at));
  return BigInt(left.length - right.length);
}

const startsWith: Method<string> = (target, args) => {
  const prefix = text(args[0]);
  const from = args.length > 1 ? intOf(args[1]) : 0;
  if (prefix === undefined || from === undefined || args.length > 2) return undefined;
  return from >= 0 && from <= target.length && target.startsWith(prefix, from);
};

const replaceText: Method<string> = (target, args) => {
  const wanted = text(args[0]);
  const replacement = text(args[1]);
  if (wanted === undefined || replacement === undefined || args.length !== 2) return undefined;
  return target.replaceAll(wanted, () => replacement);
};

function trim(target: string): string {
  let from = 0;
  let to = target.length;
  while (from < to && target.charCodeAt(from) <= 0x20) from++;
  while (to > from && target.charCodeAt(to - 1) <= 0x20) to--;
  return target.slice(from, to);
}

const fold = (value: string): string => value.toUpperCase().toLowerCase();

export const STRING_METHODS: Methods<string> = new Map<string, Method<string>>([
  ['charAt', charAt],
  ['compareTo', ofText(compareTo)],
  ['compareToIgnoreCase', ofText((target, other) => compareTo(fold(target), fold(other)))],
  ['concat', ofText((target, other) => target + other)],
  ['contains', ofText((target, wanted) => target.includes(wanted))],
  ['endsWith', ofText((target, suffix) => target.endsWith(suffix))],
  ['equals', (target, args) => (args.length === 1 ? text(args[0]) === target : undefined)],
  [
    'equalsIgnoreCase',
    (target, args) => (args[0] === null ? false : ofText((own, other) => fold(own) === fold(other))(target, args)),
  ],
  ['getBytes', ofNothing((target) => new VelocityArray([...new Int8Array(Buffer.from(target, 'utf8'))].map(BigInt)))],
  ['hashCode', ofNothing(hashCode)],
  ['indexOf', search((target, wanted, from) => target.indexOf(wanted, from))],
  ['isEmpty', ofNothing((target) => target === '')],
  ['lastIndexOf', search(lastIndexOf)],
  ['length', ofNothing((target) => BigInt(target.length))],
  ['matches', ofText((target, pattern) => javaMatches(pattern, target))],
  ['replace', replaceText],
  ['replaceAll', replaceMatches(true)],
  ['replaceFirst', replaceMatches(false)],
  ['split', split],
  ['startsWith', startsWith],
  ['substring', substring],
  ['toLowerCase', ofNothing((target) => target.toLowerCase())],
  ['toString', ofNothing((target) => target)],
  ['toUpperCase', ofNothing((target) => target.toUpperCase())],
  // Java's trim takes away everything up to the blank, JavaScript's Unicode white space.
  ['trim', ofNothing((target) => trim(target))],
  ['valueOf', (_, args) => (args.length === 1 ? (args[0] === null ? 'null' : textOf(args[0]!)) : undefined)],
]);
