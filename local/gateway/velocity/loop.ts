import { VelocityList, VelocityMap } from './collections';
import { Scope, type Value } from './values';

/** The items of a loop: elements of a list or values of a map. Empty for any other value. */
export function itemsOf(value: Value): readonly Value[] {
  if (value instanceof VelocityList) return value.values;
  return value instanceof VelocityMap ? [...value.entries.values()] : [];
}

/** `$foreach`. */
export class Loop extends Scope {
  at = 0;

  constructor(
    private readonly count: number,
    private readonly size: number,
    private readonly parent: Value,
  ) {
    super();
  }

  property(name: string): Value | undefined {
    switch (name) {
      case 'index':
        return BigInt(this.at);
      case 'count':
        return BigInt(this.at + 1);
      case 'hasNext':
        return this.at + 1 < this.count;
      case 'first':
        return this.at === 0;
      case 'last':
        return this.at + 1 === this.size;
      case 'parent':
        return this.parent;
      case 'topmost':
        return this.parent instanceof Loop ? (this.parent.property('topmost') ?? null) : this;
      default:
        return undefined;
    }
  }

  override toString(): string {
    return 'foreach';
  }
}
