import type { JsonNode } from '../../json';
import { write } from '../../json/writer';
import { isBigDecimal, isWhole, JSON_SMART, smartDouble } from './json-smart';
import { Decimal, isText, Scope, TemplateError, textOf, type Value } from './values';

/** A JSON value as a template sees it. Lists and maps read their members only when asked. */
export function fromJson(node: JsonNode): Value {
  switch (node.kind) {
    case 'object':
      return new VelocityMap(node);
    case 'array':
      return new VelocityList(node);
    case 'string':
      return node.text;
    case 'number': {
      const digits = node.text;
      if (isWhole(digits)) return BigInt(digits);
      return isBigDecimal(digits) ? new Decimal(digits) : Number(digits);
    }
    case 'boolean':
      return node.text === 'true';
    case 'null':
      return null;
  }
}

/** A value as JSON text, which is how lists that came from JSON print. */
function jsonOf(value: Value): string {
  if (value instanceof VelocityMap) return value.toJson();
  if (value instanceof VelocityList) return value.toJson();
  if (value instanceof Decimal) return value.toString();
  if (typeof value === 'number') return smartDouble(value);
  return value === null || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : JSON_SMART.string(value.toString());
}

/** A list: Java's `ArrayList` if the template made it, json-path's array if it came from the body. They print differently. */
export class VelocityList {
  private list: Value[] | undefined;
  private readonly node: JsonNode | undefined;

  constructor(
    source: JsonNode | Value[],
    private readonly isJson = !Array.isArray(source),
  ) {
    if (Array.isArray(source)) this.list = source;
    else this.node = source;
  }

  /** The result of a path that may find several values, such as `$..id`. */
  static ofJson(values: Value[]): VelocityList {
    return new VelocityList(values, true);
  }

  /** The elements; changing the array changes the list. */
  get values(): Value[] {
    this.list ??= this.node?.elements().map(fromJson) ?? [];
    return this.list;
  }

  get size(): number {
    return this.list?.length ?? this.node?.size ?? 0;
  }

  toString(): string {
    return this.isJson ? this.toJson() : `[${this.values.map(printed).join(', ')}]`;
  }

  toJson(): string {
    return this.list || !this.node ? `[${this.values.map(jsonOf).join(',')}]` : write(this.node, JSON_SMART);
  }
}

/** Java's array, as `split` gives it. It is walked and indexed like a list; Java prints its address, so printing it is an error here. */
export class VelocityArray extends VelocityList {
  override toString(): string {
    throw new TemplateError('Java prints the address of an array; walk it with #foreach or print its elements');
  }
}

/** The result of `keySet()`, `values()` or `entrySet()`: Java cannot read it by index. */
export class VelocityView extends VelocityList {}

/** A map in order of insertion. Keys are text. */
export class VelocityMap {
  private map: Map<string, Value> | undefined;
  /** Members that a template has read as lists or maps and may have changed. */
  private handedOut: Map<string, Value> | undefined;
  private readonly node: JsonNode | undefined;

  constructor(source: JsonNode | Map<string, Value>) {
    if (source instanceof Map) this.map = source;
    else this.node = source;
  }

  /** The entries; changing them changes the map. */
  get entries(): Map<string, Value> {
    if (this.map === undefined) {
      this.map = new Map();
      for (const [name, member] of this.node?.members() ?? [])
        this.map.set(name, this.handedOut?.get(name) ?? fromJson(member));
    }
    return this.map;
  }

  /** The value of a key; undefined if the map does not have it. */
  get(key: string): Value | undefined {
    if (this.map) return this.map.get(key);
    const known = this.handedOut?.get(key);
    if (known !== undefined) return known;
    const member = this.node?.get(key);
    if (member === undefined) return undefined;
    const value = fromJson(member);
    if (typeof value === 'object' && value !== null) {
      this.handedOut ??= new Map();
      this.handedOut.set(key, value);
    }
    return value;
  }

  toString(): string {
    const parts: string[] = [];
    for (const [key, value] of this.entries) parts.push(`${key}=${printed(value)}`);
    return `{${parts.join(', ')}}`;
  }

  toJson(): string {
    if (this.node && !this.map && !this.handedOut) return write(this.node, JSON_SMART);
    const parts: string[] = [];
    for (const [key, value] of this.entries) parts.push(`${JSON_SMART.string(key)}:${jsonOf(value)}`);
    return `{${parts.join(',')}}`;
  }
}

/** Inside a list or a map Java prints the word null. */
const printed = (value: Value): string => (value === null ? 'null' : textOf(value));

/** One pair of a map, as `entrySet()` gives it. */
export class VelocityEntry extends Scope {
  constructor(
    private readonly key: string,
    private readonly value: Value,
  ) {
    super();
  }

  property(name: string): Value | undefined {
    if (name === 'key') return this.key;
    return name === 'value' ? this.value : undefined;
  }

  override method(name: string, args: readonly Value[]): Value | undefined {
    if (args.length === 0) {
      if (name === 'getKey') return this.key;
      if (name === 'getValue') return this.value;
      if (name === 'toString') return this.toString();
    }
    if (['equals', 'getKey', 'getValue', 'hashCode', 'toString'].includes(name))
      throw new TemplateError(`Entry.${name}() is not supported with these arguments`);
    return undefined;
  }

  override toString(): string {
    return `${this.key}=${printed(this.value)}`;
  }
}

/** Whether two values have the same type and content, as Java's `equals` compares them. */
export function isSame(left: Value, right: Value): boolean {
  if (isText(left)) return isText(right) && textOf(left) === textOf(right);
  if (left instanceof VelocityList && right instanceof VelocityList) return left.toJson() === right.toJson();
  if (left instanceof VelocityMap && right instanceof VelocityMap) return left.toJson() === right.toJson();
  return left === right;
}
