import type { Mistake, Replacement } from './mistake';

const ages = (id: string, words: string, cases: string): Mistake => ({
  id,
  words,
  views: [['age_group(u.age)', `case ${cases} end`]],
});
const POSTED = 'cast(extract(year from g.timestamp) as int)';
const JOINED = 'cast(extract(year from u.date_joined) as int)';
const instead = (from: string, to: string): Replacement => [`${from} as post_year`, `${to} as post_year`];

/** Other bounds of groups. */
export const AGES_AND_YEARS: readonly Mistake[] = [
  ages(
    'ages-rest-in-oldest',
    "Whatever is in no other group is +50 (otherwise('+50')), so unknown ages and those under 18 are in it.",
    "when u.age between 18 and 24 then '18-24' when u.age between 25 and 35 then '25-35' when u.age between 36 and 50 then '36-50' else '+50'",
  ),
  ages(
    'ages-young-in-first',
    'The first group takes all up to 24, those under 18 too.',
    "when u.age <= 24 then '18-24' when u.age <= 35 then '25-35' when u.age <= 50 then '36-50' when u.age > 50 then '+50'",
  ),
  ages(
    'ages-18-to-25',
    'The groups are 18 to 25 and 26 to 35; they should be 18 to 24 and 25 to 35.',
    "when u.age between 18 and 25 then '18-24' when u.age between 26 and 35 then '25-35' when u.age between 36 and 50 then '36-50' when u.age > 50 then '+50'",
  ),
  ages(
    'ages-25-to-34',
    'The groups are 25 to 34 and 35 to 49, and 50 is in the oldest; they should be 25 to 35, 36 to 50 and 51 up.',
    "when u.age between 18 and 24 then '18-24' when u.age between 25 and 34 then '25-35' when u.age between 35 and 49 then '36-50' when u.age >= 50 then '+50'",
  ),
  ages(
    'ages-50-in-oldest',
    'Those of 50 are in the oldest group; 36 to 50 should have them.',
    "when u.age between 18 and 24 then '18-24' when u.age between 25 and 35 then '25-35' when u.age between 36 and 49 then '36-50' when u.age >= 50 then '+50'",
  ),
  ages(
    'ages-50-in-none',
    'Those of 50 are in no group; 36 to 50 should have them.',
    "when u.age between 18 and 24 then '18-24' when u.age between 25 and 35 then '25-35' when u.age between 36 and 49 then '36-50' when u.age > 50 then '+50'",
  ),
  {
    id: 'unknown-age-kept',
    words: 'People in no age group make a group of their own.',
    views: [['s.age_group is not null', 'true']],
  },
  {
    id: 'posting-year-for-joining',
    words: 'The year is that of the post; the question asks for the year of joining.',
    views: [
      instead(JOINED, POSTED),
      ['  from user as u\n', '  from user as u\n  inner join geo as g on g.ind = u.ind\n'],
    ],
  },
  {
    id: 'joining-year-for-posting',
    words: 'The year is that of joining; the question asks for the year of the post.',
    views: [instead(POSTED, JOINED)],
  },
  {
    id: 'every-year-kept',
    words: 'Years outside those that are asked for are there, too.',
    views: [
      ['s.post_year between 2018 and 2022', 's.post_year is not null'],
      ['s.post_year between 2015 and 2020', 's.post_year is not null'],
    ],
  },
  {
    id: 'last-day-lost',
    words: "The last year ends at the beginning of its last day (<= '2020-12-31' on a time), so that day is lost.",
    views: [
      instead(POSTED, `case when g.timestamp <= timestamp '2022-12-31' then ${POSTED} end`),
      instead(JOINED, `case when u.date_joined <= timestamp '2020-12-31' then ${JOINED} end`),
    ],
  },
];
