import type { Random } from '../random';
import { PIN_COLUMNS } from './columns';
import type { Dirt, DirtyPinFacts, DirtyRow } from './dirty-row';
import type { HardModeSwitch } from './switches';
import { unknowns } from './unknowns';

const UNREADABLE = [
  '1,5k',
  '12,34',
  'lots',
  '12kk',
  '-5',
  '1.2.3M',
  'k',
  'about 12k',
  '1.1234567M',
  'User Info Error.',
];
const OTHER_CATEGORIES = ['Gardening', 'food-and-drink', 'PETS'];

/** Hard mode's dirt for the columns of a pin. */
export const PIN_DIRT: readonly Dirt<DirtyPinFacts>[] = [
  followers('followerDecimals', addDecimals),
  followers('followerLetters', (row, followers, random) => {
    row.wire.follower_count = otherForm(followers, random);
  }),
  followers('followerCommas', (row, followers) => {
    row.wire.follower_count = `${followers}`.replace(/\B(?=(\d{3})+$)/g, ',');
  }),
  followers('followerUnreadable', (row, _followers, random) => {
    row.wire.follower_count = random.pick(UNREADABLE);
    row.facts.followers = null;
  }),
  {
    by: 'categories',
    per1000: 20,
    apply(row, random) {
      const { category } = row.facts;
      if (category === null || !row.touch('category')) return null;
      if (random.oneIn(1, 2)) {
        row.wire.category = random.oneIn(1, 2)
          ? category.toUpperCase()
          : (category[0] as string).toUpperCase() + category.slice(1);
        return 'categories.capitals';
      }
      const other = random.pick(OTHER_CATEGORIES);
      row.wire.category = other;
      row.facts.category = other.toLowerCase();
      return 'categories.unknown';
    },
  },
  ...unknowns(PIN_COLUMNS),
];

/** Dirt on a follower count that is known and not yet reserved. */
function followers(
  by: HardModeSwitch,
  write: (row: DirtyRow<DirtyPinFacts>, followers: number, random: Random) => void,
): Dirt<DirtyPinFacts> {
  return {
    by,
    per1000: 25,
    apply(row, random) {
      const { followers } = row.facts;
      if (followers === null || !row.touch('follower_count')) return null;
      write(row, followers, random);
      return by;
    },
  };
}

/** Adds up to six decimals, which change the number: 12k becomes 12.3456k, which is 12,346, rounded half up. */
function addDecimals(row: DirtyRow<DirtyPinFacts>, followers: number, random: Random): void {
  const unit = followers >= 1_000_000 ? 1_000_000 : followers >= 1000 ? 1000 : 1;
  const letter = unit === 1 ? '' : unit === 1000 ? 'k' : 'M';
  const places = random.pick([1, 1, 1, 2, 3, 4, 6]);
  const scale = 10 ** places;
  const decimals = random.oneIn(1, 4) ? scale / 2 : random.below(scale);
  row.wire.follower_count = `${followers / unit}.${`${decimals}`.padStart(places, '0')}${letter}`;
  const scaled = followers * scale + decimals * unit;
  row.facts.followers = Math.floor((scaled + scale / 2) / scale);
}

/** The same number in a form that the original never uses. */
function otherForm(followers: number, random: Random): string | number {
  if (followers < 1000) return random.oneIn(1, 2) ? followers : `0.${`${followers}`.padStart(3, '0')}k`;
  if (followers < 1_000_000) {
    const thousands = followers / 1000;
    return random.pick([`${thousands}K`, `${thousands} k`, `0.${`${thousands}`.padStart(3, '0')}M`, followers]);
  }
  const millions = followers / 1_000_000;
  return random.pick([`${millions}m`, `${millions}  M`, `0.${`${millions}`.padStart(3, '0')}B`, followers]);
}
