import type { QuarantineReason } from '../contract';
import type { GeoFacts, PinFacts, UserFacts } from '../facts';
import type { LatentPost } from '../latent-post';
import type { Random } from '../random';
import type { WireRow } from '../rows';
import type { HardModeSwitch } from './switches';

type Changing<T> = { -readonly [name in keyof T]: T[name] };
export type DirtyPinFacts = Changing<PinFacts>;
export type DirtyGeoFacts = Changing<GeoFacts>;
/** The name in its two parts, because dirt may remove one of them. */
export type DirtyUserFacts = Changing<Omit<UserFacts, 'userName'>> & {
  firstName: string | null;
  lastName: string | null;
};

/**
 * A row to which dirt is added. Each change of the row must also change the facts to the values that cleaning then
 * gives.
 */
export class DirtyRow<F> {
  /** Reason for quarantine, once the row can no longer pass the rules. */
  reason: QuarantineReason | null = null;
  private readonly touched = new Set<string>();

  constructor(
    readonly post: LatentPost,
    readonly wire: WireRow,
    readonly facts: F,
  ) {}

  /** Reserves a column for one kind of dirt; false if another kind has reserved it. */
  touch(column: string): boolean {
    if (this.touched.has(column)) return false;
    this.touched.add(column);
    return true;
  }
}

/** One kind of dirt, for rows of one dataset. */
export interface Dirt<F> {
  readonly by: HardModeSwitch;
  /** How many of 1000 rows get it. */
  readonly per1000: number;
  /** Adds the dirt and returns the name for the report; null if no column of the row can take it. */
  apply(row: DirtyRow<F>, random: Random): string | null;
}

/** How dirt on one column changes the facts. Empty for a column that no question uses. */
export interface Column<F> {
  /** The value becomes unknown. */
  readonly forget?: (facts: F) => void;
  /** Only for names of people and places, where texts such as None are names and not null. */
  readonly rename?: (facts: F, name: string) => void;
  /** Whether white space may be added around the value. */
  readonly isText?: boolean;
}
