import type { Item } from './lane';

/** So many equal refusals, and nothing taken before, are no longer about the records. */
const ENOUGH = 100;

interface Refused {
  readonly items: readonly Item[];
  readonly reason: string;
  readonly attempts: number;
}

/**
 * What one route has refused for good before it took its first record. They are kept back: either a record is taken after all, and they
 * are bad, or the route refuses everything for one reason, as with a mapping template that fails, and then none of them is.
 */
export class FirstRefusals {
  /** Lanes of the route that have something under way. */
  busy = 0;
  private kept: Refused[] = [];
  private equal = 0;
  private last: string | undefined;

  /** Keeps a refusal. True when it is one too many of its kind. */
  add(refused: Refused): boolean {
    this.kept.push(refused);
    this.equal = refused.reason === this.last ? this.equal + refused.items.length : refused.items.length;
    this.last = refused.reason;
    return this.equal >= ENOUGH;
  }

  /** Gives what was kept, once. */
  release(): readonly Refused[] {
    return this.kept.splice(0);
  }
}
