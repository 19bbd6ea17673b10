import { type Method, type Methods, notWritten } from './method';
import { isText, TemplateError, textOf, type Value } from './values';

type JavaNumber = bigint | number;

const ofNothing =
  <Target>(method: (target: Target) => Value): Method<Target> =>
  (target, args) =>
    args.length === 0 ? method(target) : undefined;

const isNumber = (value: Value | undefined): value is JavaNumber =>
  typeof value === 'bigint' || typeof value === 'number';

/** A Java cast to a whole number cuts the fraction off. */
const whole = (target: JavaNumber): bigint =>
  typeof target === 'bigint' ? target : Number.isFinite(target) ? BigInt(Math.trunc(target)) : 0n;

type NumberClass = 'Integer' | 'Long' | 'BigInteger' | 'Double';

/** The Java class that holds a number: for a whole one the smallest that can. */
function classOf(value: JavaNumber): NumberClass {
  if (typeof value === 'number') return 'Double';
  if (BigInt.asIntN(32, value) === value) return 'Integer';
  return BigInt.asIntN(64, value) === value ? 'Long' : 'BigInteger';
}

const compareTo: Method<JavaNumber> = (target, args) => {
  const other = args[0];
  if (args.length !== 1 || !isNumber(other) || classOf(other) !== classOf(target)) return undefined;
  return target < other ? -1n : target > other ? 1n : 0n;
};

/** Java's static parsers, which templates reach through any number: `#set($Integer = 0) $Integer.parseInt("5")`. */
const parse =
  (owner: NumberClass, pattern: RegExp, read: (text: string) => JavaNumber): Method<JavaNumber> =>
  (target, args) => {
    if (classOf(target) !== owner) return null;
    const argument = args[0];
    if (args.length !== 1 || argument === undefined || !isText(argument)) return undefined;
    const source = textOf(argument);
    if (!pattern.test(source))
      throw new TemplateError(`NumberFormatException: For input string: ${JSON.stringify(source)}`);
    return read(source);
  };

const parseWhole = (owner: NumberClass) => parse(owner, /^[+-]?\d+$/, (source) => BigInt(source.replace('+', '')));

export const NUMBER_METHODS: Methods<JavaNumber> = new Map<string, Method<JavaNumber>>([
  ['compareTo', compareTo],
  ['doubleValue', ofNothing((target) => Number(target))],
  // In Java, an Integer and a Double are never equal, even with the same value.
  ['equals', (target, args) => (args.length === 1 ? target === args[0] : undefined)],
  ['intValue', ofNothing((target) => BigInt.asIntN(32, whole(target)))],
  ['longValue', ofNothing((target) => BigInt.asIntN(64, whole(target)))],
  ['parseDouble', parse('Double', /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/, Number)],
  ['parseInt', parseWhole('Integer')],
  ['parseLong', parseWhole('Long')],
  ['toString', ofNothing((target) => textOf(target))],
  ...notWritten('add', 'hashCode', 'valueOf'),
]);

/** Java's `isNaN()` and `isInfinite()`, by their names as properties. */
export const DOUBLE_PROPERTIES: ReadonlyMap<string, (target: number) => boolean> = new Map([
  ['naN', Number.isNaN],
  ['infinite', (target: number) => !Number.isFinite(target) && !Number.isNaN(target)],
]);

export const BOOLEAN_METHODS: Methods<boolean> = new Map<string, Method<boolean>>([
  ['booleanValue', ofNothing((target) => target)],
  ['equals', (target, args) => (args.length === 1 ? target === args[0] : undefined)],
  ['toString', ofNothing((target) => String(target))],
  ...notWritten('compareTo', 'hashCode', 'valueOf'),
]);
