import type { Mistake, Replacement } from './mistake';

const x = 'k.follower_count';
const text = `left(${x}, length(${x}) - 1)`;
const instead = (sql: string): { readonly pin: readonly Replacement[] } => ({
  pin: [['  k.followers as follower_count,', `  cast(${sql} as bigint) as follower_count,`]],
});
const byLetter = (cases: string) => `case right(${x}, 1) ${cases} else strict_int(${x}) end`;
const shared = { rule: 'F1', columns: ['pin.follower_count'] } as const;

/** Ways to read 12k and 3M. */
export const FOLLOWERS: readonly Mistake[] = [
  {
    ...shared,
    id: 'followers-millions-lost',
    words: 'Only k is understood, so a count in millions (M) is NULL, and the largest accounts vanish.',
    clean: instead(byLetter(`when 'k' then strict_int(${text}) * 1000`)),
    example: { record: { follower_count: '6M' }, right: 6_000_000, wrong: null },
  },
  {
    ...shared,
    id: 'followers-small-m',
    words: 'A small m is looked for, and the data has a capital M, so a count in millions is NULL.',
    clean: instead(byLetter(`when 'k' then strict_int(${text}) * 1000 when 'm' then strict_int(${text}) * 1000000`)),
    example: { record: { follower_count: '2M' }, right: 2_000_000, wrong: null },
  },
  {
    ...shared,
    id: 'followers-case-matters',
    words: 'Only a small k and a capital M are understood, so 3K and 3m are NULL.',
    clean: instead(`case when right(${x}, 1) in ('K', 'm', 'b') then null else k.followers end`),
    example: { record: { follower_count: '3m' }, right: 3_000_000, wrong: null },
  },
  {
    ...shared,
    id: 'followers-four-zeros',
    words: 'M became four zeros, so 2M is 20,000.',
    clean: instead(byLetter(`when 'k' then strict_int(${text}) * 1000 when 'M' then strict_int(${text}) * 10000`)),
    example: { record: { follower_count: '2M' }, right: 2_000_000, wrong: 20_000 },
  },
  {
    ...shared,
    id: 'followers-letters-stripped',
    words: 'The letters are taken off and nothing is multiplied, so 12k is 12.',
    clean: instead(`strict_int(regexp_replace(${x}, '[kKmMbB]', '', 'g'))`),
    example: { record: { follower_count: '12k' }, right: 12_000, wrong: 12 },
  },
  {
    ...shared,
    id: 'followers-as-text',
    words: 'k and M were replaced by zeros in the text, so a count with a decimal point, such as 1.2M, is NULL.',
    clean: instead(`strict_int(replace(replace(${x}, 'k', '000'), 'M', '000000'))`),
    example: { record: { follower_count: '1.2M' }, right: 1_200_000, wrong: null },
  },
  {
    ...shared,
    id: 'followers-error-zero',
    words: 'An error (User Info Error) became 0 in place of NULL, which pulls medians down.',
    clean: instead('coalesce(k.followers, 0)'),
    example: { record: { follower_count: 'User Info Error' }, right: null, wrong: 0 },
  },
  {
    ...shared,
    id: 'followers-number-in-schema',
    words:
      'The schema calls follower_count a number, but it is text on the wire, so every value is NULL before it is cleaned.',
    clean: instead('null'),
    example: { record: { follower_count: '437' }, right: 437, wrong: null },
  },
];
