import type { QuarantineReason } from '../contract';
import type { GeoFacts, PinFacts, UserFacts } from '../facts';
import type { LatentPost } from '../latent-post';
import type { Random } from '../random';
import type { WireRow } from '../rows';
import type { HardModeSwitch } from './switches';

type Changing<T> = { -readonly [name in keyof T]: T[name] };
export type DirtyPinFacts = Changing<PinFacts>;
export type DirtyGeoFacts = Changing<GeoFacts>;
/** The name in its two parts, because dirt may take one of them. */
export type DirtyUserFacts = Changing<Omit<UserFacts, 'userName'>> & {
  firstName: string | null;
  lastName: string | null;
};

/**
 * A row while it gets dirty. Whatever changes what the wire says must change the facts to what cleaning then makes of
 * it.
 */
export class DirtyRow<F> {
  /** Set once the row can no longer pass judgement. */
  reason: QuarantineReason | null = null;
  private readonly touched = new Set<string>();

  constructor(
    readonly post: LatentPost,
    readonly wire: WireRow,
    readonly facts: F,
  ) {}

  /** Reserves a column for one kind of dirt; false if another has it. */
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
  /** Dirties the row and returns the name to report it by, or null if the row has no place for it. */
  apply(row: DirtyRow<F>, random: Random): string | null;
}

/** What dirt on one column does to the facts; a column that no question asks for has none. */
export interface Column<F> {
  /** The value becomes unknown. */
  readonly forget?: (facts: F) => void;
  /** Names of people and places: the texts that elsewhere mean null are names here. */
  readonly rename?: (facts: F, name: string) => void;
  /** Whether white space may stand around it. */
  readonly isText?: boolean;
}
