/**
 * The values a mapping template computes with, as Java would hold them: `null`; a boolean; `bigint` for Java's whole numbers of any size;
 * `number` for its `Double`; a string, or JSON text that has not been made a string yet; a list; a map.
 */
import { compactText, type JsonNode } from '../../json';
import { javaDecimal, javaDouble } from '../../json/java-double';
import type { VelocityList, VelocityMap } from './collections';

export type Value = null | boolean | bigint | number | string | JsonText | VelocityList | VelocityMap | Scope;

/** A template failed while it was rendered, as a Java exception would make it fail. The client sees only an internal error. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** The result of `$input.json`. A template sees a string; its characters are taken from the body at the first use. */
export class JsonText {
  private text: string | undefined;

  constructor(readonly node: JsonNode) {}

  toString(): string {
    this.text ??= compactText(this.node);
    return this.text;
  }
}

/** An object of the runtime such as `$input` or `$foreach`: its properties and methods are code, and it prints its name. */
export abstract class Scope {
  /** The property's value; undefined if the object has no such property. */
  abstract property(name: string): Value | undefined;
  /** Calls a method; undefined if the object has no method of that name with this number of arguments. */
  method(_name: string, _args: readonly Value[]): Value | undefined {
    return undefined;
  }
  /** Assigns a property; false if it cannot be assigned. */
  assign(_name: string, _value: Value): boolean {
    return false;
  }
}

/** A decimal with more digits than a double holds, Java's `BigDecimal`. It prints all digits, but calculations use a double. */
export class Decimal extends Scope {
  constructor(private readonly digits: string) {
    super();
  }

  property(): undefined {
    return undefined;
  }

  get double(): number {
    return Number(this.digits);
  }

  override method(name: string, args: readonly Value[]): Value {
    if (name === 'toString' && args.length === 0) return this.toString();
    throw new TemplateError(`BigDecimal.${name}() is not supported`);
  }

  override toString(): string {
    return javaDecimal(this.digits);
  }
}

/** Loops print their index all the time, and printing a bigint is slow. */
const SMALL_NUMBERS: readonly string[] = Array.from({ length: 1000 }, (_, number) => String(number));

/** `toString()`; null gives nothing, as API Gateway has it. */
export function textOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return javaDouble(value);
    case 'bigint':
      return value >= 0n && value < 1000n ? SMALL_NUMBERS[Number(value)]! : String(value);
    case 'boolean':
      return String(value);
    default:
      return value === null ? '' : value.toString();
  }
}

/** Whether a value is true in `#if`: all values but null and false, so also 0, the empty string and the empty list. */
export const isTrue = (value: Value): boolean => value !== null && value !== false;

export const isText = (value: Value): value is string | JsonText =>
  typeof value === 'string' || value instanceof JsonText;

/** The number to calculate with; undefined when the value is not a number. */
function numberOf(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof Decimal ? value.double : undefined;
}

/** `==`: numbers by value, anything else by its text; null equals null and, as API Gateway has it, the empty string. */
export function isEqual(left: Value, right: Value): boolean {
  const [a, b] = [numberOf(left), numberOf(right)];
  // biome-ignore lint/suspicious/noDoubleEquals: compares a bigint with a double by value
  if (a !== undefined && b !== undefined) return a == b;
  return textOf(left) === textOf(right);
}

/** `<`, `>`, `<=`, `>=`: only numbers have an order; anything else compares false. */
export function compare(operator: '<' | '>' | '<=' | '>=', left: Value, right: Value): boolean {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return false;
  switch (operator) {
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
  }
}

/** `+ - * / %`: whole numbers stay whole and division cuts; with a string, `+` joins; a calculation that is not possible gives null. */
export function calculate(operator: '+' | '-' | '*' | '/' | '%', left: Value, right: Value): Value {
  if (operator === '+' && (isText(left) || isText(right))) return textOf(left) + textOf(right);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return null;
  if ((operator === '/' || operator === '%') && Number(b) === 0) return null;
  if (typeof a === 'bigint' && typeof b === 'bigint') return calculateWhole(operator, a, b);
  return calculateDouble(operator, Number(a), Number(b));
}

function calculateWhole(operator: '+' | '-' | '*' | '/' | '%', left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function calculateDouble(operator: '+' | '-' | '*' | '/' | '%', left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

/** The value as a Java `int`; undefined if it is not one. */
export function intOf(value: Value | undefined): number | undefined {
  return typeof value === 'bigint' && value >= -0x80000000n && value <= 0x7fffffffn ? Number(value) : undefined;
}
