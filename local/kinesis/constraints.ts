import { validationError } from './errors';
import type { ListShape, MapShape, Members, Shape, StringShape } from './shapes';

type Fields = Readonly<Record<string, unknown>>;

/** AWS reports at most this many broken constraints. */
const MOST_PROBLEMS = 10;

/**
 * Second phase of validation: all constraints of all members, reported together.
 *
 * @throws KinesisError ValidationException that lists the broken constraints, at most ten.
 */
export function checkConstraints(fields: Fields, members: Members): void {
  const check = new Check();
  check.structure(fields, members);
  const { length } = check.problems;
  if (length === 0) return;
  const count = `${length} validation error${length > 1 ? 's' : ''} detected`;
  throw validationError(`${count}: ${check.problems.join('; ')}`);
}

class Check {
  readonly problems: string[] = [];
  private readonly path: string[] = [];

  structure(fields: Fields, members: Members): void {
    for (const name in members) {
      if (this.problems.length === MOST_PROBLEMS) return;
      const shape = members[name]!;
      const value = fields[name];
      if (value !== undefined) this.path.push(name);
      else if (!isMissing(shape, fields)) continue;
      else {
        this.path.push(name);
        this.problem(undefined, 'Member must not be null');
        this.path.pop();
        continue;
      }
      this.value(value, shape);
      this.path.pop();
    }
  }

  private value(value: unknown, shape: Shape): void {
    switch (shape.type) {
      case 'String':
        this.string(value as string, shape);
        return;
      case 'Blob': {
        const { length } = value as Buffer;
        this.length(length, shape, () => `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`);
        return;
      }
      case 'Integer':
        this.integer(value as number, shape);
        return;
      case 'List':
        this.list(value as readonly unknown[], shape);
        return;
      case 'Map':
        this.map(value as Readonly<Record<string, string>>, shape);
        return;
      case 'Structure':
        this.structure(value as Fields, shape.members);
        return;
      case 'Boolean':
      case 'Timestamp':
    }
  }

  private string(value: string, shape: StringShape): void {
    const { pattern, oneOf } = shape;
    if (oneOf !== undefined && !oneOf.includes(value)) {
      this.problem(value, `Member must satisfy enum value set: [${oneOf.join(', ')}]`);
    }
    if (pattern !== undefined && !wholeText(pattern).test(value)) {
      this.problem(value, `Member must satisfy regular expression pattern: ${pattern}`);
    }
    this.length(value.length, shape, () => value);
  }

  private integer(value: number, { min, max }: { readonly min?: number; readonly max?: number }): void {
    if (min !== undefined && value < min) {
      this.problem(String(value), `Member must have value greater than or equal to ${min}`);
    }
    if (max !== undefined && value > max) {
      this.problem(String(value), `Member must have value less than or equal to ${max}`);
    }
  }

  private list(value: readonly unknown[], shape: ListShape): void {
    const print = () =>
      `[${value.map((element) => (element === undefined ? 'null' : (shape.printAs ?? element))).join(', ')}]`;
    this.length(value.length, shape, print);
    const bounds = shape.eachLength;
    // What is null breaks a constraint of its own, below.
    const isOutside = (text: unknown) => text !== undefined && !isWithin((text as string).length, bounds!);
    if (bounds !== undefined && value.some(isOutside)) {
      this.problem(print(), `Member must satisfy constraint: ${lengthConstraint(bounds)}`);
    }
    for (let index = 0; index < value.length && this.problems.length < MOST_PROBLEMS; index += 1) {
      this.path.push(String(index + 1), 'member');
      if (value[index] === undefined) this.problem(undefined, 'Member must not be null');
      else this.value(value[index], shape.of);
      this.path.length -= 2;
    }
  }

  private map(value: Readonly<Record<string, string>>, shape: MapShape): void {
    const entries = Object.entries(value);
    const print = () => `{${entries.map(([key, text]) => `${key}=${text}`).join(', ')}}`;
    this.length(entries.length, shape, print);
    if (!entries.every(([key]) => isWithin(key.length, shape.keyLength))) {
      this.problem(print(), `Map keys must satisfy constraint: ${lengthConstraint(shape.keyLength)}`);
    }
    if (!entries.every(([, text]) => isWithin(text.length, shape.valueLength))) {
      this.problem(print(), `Map value must satisfy constraint: ${lengthConstraint(shape.valueLength)}`);
    }
  }

  private length(
    length: number,
    { minLength, maxLength }: { readonly minLength?: number; readonly maxLength?: number },
    print: () => string,
  ): void {
    if (minLength !== undefined && length < minLength) {
      this.problem(print(), `Member must have length greater than or equal to ${minLength}`);
    }
    if (maxLength !== undefined && length > maxLength) {
      this.problem(print(), `Member must have length less than or equal to ${maxLength}`);
    }
  }

  private problem(value: string | undefined, constraint: string): void {
    if (this.problems.length === MOST_PROBLEMS) return;
    const printed = value === undefined ? 'null' : `'${value}'`;
    const path = this.path.map(lowerFirst).join('.');
    this.problems.push(`Value ${printed} at '${path}' failed to satisfy constraint: ${constraint}`);
  }
}

function isMissing(shape: Shape, siblings: Fields): boolean {
  return shape.required === true || (shape.unless !== undefined && siblings[shape.unless] === undefined);
}

function isWithin(length: number, [min, max]: readonly [number, number]): boolean {
  return length >= min && length <= max;
}

function lengthConstraint([min, max]: readonly [number, number]): string {
  return `[Member must have length less than or equal to ${max}, Member must have length greater than or equal to ${min}]`;
}

const compiled = new Map<string, RegExp>();

function wholeText(pattern: string): RegExp {
  const expression = compiled.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  compiled.set(pattern, expression);
  return expression;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
