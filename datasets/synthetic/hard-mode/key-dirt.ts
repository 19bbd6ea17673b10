import type { JsonValue } from '../contract';
import type { Dirt } from './dirty-row';

/**
 * Dirt for all feeds: on the key, and in fields besides the columns. `keyName` is the feed's own name for the
 * key.
 */
export function keyDirt<F>(keyName: 'index' | 'ind'): readonly Dirt<F>[] {
  const otherName = keyName === 'ind' ? 'index' : 'ind';
  return [
    {
      by: 'extraFields',
      per1000: 20,
      apply({ wire }, random) {
        Object.assign(wire, random.pick(EXTRA_FIELDS));
        return 'extraFields';
      },
    },
    {
      by: 'schemaDrift',
      per1000: 30,
      apply(row, random) {
        const { key } = row.post;
        switch (random.below(4)) {
          case 0:
            delete row.wire[keyName];
            row.wire[otherName] = key;
            return 'schemaDrift.renamed';
          case 1:
            row.wire[keyName] = null;
            row.wire[otherName] = key;
            return 'schemaDrift.renamed';
          case 2:
            row.wire[otherName] = random.oneIn(1, 2) ? key : `${key}`;
            return 'schemaDrift.bothEqual';
          default:
            row.wire[otherName] = key + 1 + random.below(9);
            row.reason = 'key_conflict';
            return 'schemaDrift.bothDifferent';
        }
      },
    },
    {
      by: 'textKeys',
      per1000: 20,
      apply({ wire }) {
        for (const name of [keyName, otherName]) if (typeof wire[name] === 'number') wire[name] = `${wire[name]}`;
        return 'textKeys';
      },
    },
  ];
}

/** Values that are not a key (such as `7.5`), and the ways to have no key at all: `undefined` leaves the column out. */
export const NO_KEYS: readonly (JsonValue | undefined)[] = [undefined, undefined, null, '', ' ', 'None', 'n/a'];
export const INVALID_KEYS: readonly JsonValue[] = [-1, 7.5, 'seven', '7a', ['7'], { id: 7 }, '-3'];

const EXTRA_FIELDS: readonly Readonly<Record<string, JsonValue>>[] = [
  { ingested_by: 'producer-7' },
  { schema_version: 2, debug: true },
  { meta: { retries: 3, tags: ['α', '"quoted"'] } },
  { '': 'no name', 'with blank': null },
];
