import { GEO_COLUMNS } from './columns';
import type { Dirt, DirtyGeoFacts } from './dirty-row';
import { otherTimeForm } from './times-dirt';
import { unknowns } from './unknowns';

const OFF_THE_GLOBE = {
  latitude: [90.0001, -91, 999, 1e30],
  longitude: [180.5, -180.001, 9999, -1e30],
} as const;
const NO_NUMBERS = ['north', '12 deg', '--', '1,5'];

/** Hard mode's dirt for the columns of a geo row. */
export const GEO_DIRT: readonly Dirt<DirtyGeoFacts>[] = [
  {
    by: 'timestampForms',
    per1000: 60,
    apply(row, random) {
      if (!row.touch('timestamp')) return null;
      const { text, micros } = otherTimeForm(row.post.postedAt, random);
      row.wire.timestamp = text;
      row.facts.postedAt = micros;
      return 'timestampForms';
    },
  },
  {
    by: 'coordinates',
    per1000: 30,
    apply(row, random) {
      const column = random.pick(['latitude', 'longitude'] as const);
      if (!row.touch(column)) return null;
      const kind = random.pick(['outside', 'text', 'unreadable']);
      if (kind === 'outside') row.wire[column] = random.pick(OFF_THE_GLOBE[column]);
      else if (kind === 'text') row.wire[column] = `${row.wire[column]}`;
      else row.wire[column] = random.pick(NO_NUMBERS);
      return `coordinates.${kind}`;
    },
  },
  ...unknowns(GEO_COLUMNS),
];
