import { VelocityMap } from './collections';
import { Scope, type Value } from './values';

/** A tree of `$context`'s values: text, numbers, and groups such as `identity`. */
export interface ContextValues {
  readonly [name: string]: string | number | ContextValues;
}

/** Changes of the mapped request or response that a template asks for by `$context.requestOverride` and `$context.responseOverride`. */
export interface Overrides {
  readonly status?: Value;
  readonly header: ReadonlyMap<string, Value>;
  readonly querystring: ReadonlyMap<string, Value>;
  readonly path: ReadonlyMap<string, Value>;
}

/** `$context`. Its two override maps may be written to. */
export class Context extends Scope {
  private readonly overrides = new Map<string, VelocityMap>();

  constructor(private readonly values: () => ContextValues) {
    super();
  }

  property(name: string): Value | undefined {
    if (name === 'requestOverride' || name === 'responseOverride') return this.overrideMap(name);
    return contextValue(this.values()[name]);
  }

  override toString(): string {
    return 'context';
  }

  /** The overrides that the template set; undefined when it set none. */
  overridesOf(name: 'requestOverride' | 'responseOverride'): Overrides | undefined {
    const map = this.overrides.get(name);
    if (map === undefined) return undefined;
    const group = (key: string): ReadonlyMap<string, Value> => {
      const value = map.get(key);
      return value instanceof VelocityMap ? value.entries : new Map();
    };
    return {
      status: map.get('status') ?? null,
      header: group('header'),
      querystring: group('querystring'),
      path: group('path'),
    };
  }

  private overrideMap(name: string): VelocityMap {
    let map = this.overrides.get(name);
    if (map === undefined) {
      map = new VelocityMap(
        new Map<string, Value>(['header', 'querystring', 'path'].map((group) => [group, new VelocityMap(new Map())])),
      );
      this.overrides.set(name, map);
    }
    return map;
  }
}

function contextValue(value: string | number | ContextValues | undefined): Value | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  return new VelocityMap(new Map(Object.entries(value).map(([name, held]) => [name, contextValue(held) ?? null])));
}
