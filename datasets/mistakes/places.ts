import type { Mistake } from './mistake';

const TOP_COUNTRY = 'order by f.follower_count desc nulls last, f.country nulls last\nlimit 1';
const ALL_TIED = 'qualify rank() over (order by f.follower_count desc nulls last) = 1';

/** First places and ties. */
export const PLACES: readonly Mistake[] = [
  {
    id: 'one-of-the-tied',
    words: 'One of several in first place is taken by chance (row_number, first): ties give several rows.',
    views: [['rank() over', 'row_number() over']],
    anyOf: { groups: 1, candidates: [['rank() over', 'rank() over']] },
  },
  {
    id: 'another-tied-country',
    words: 'On a tie another country than the first by name is taken.',
    views: [[TOP_COUNTRY, 'order by f.follower_count desc nulls last, f.country desc nulls last\nlimit 1']],
    questions: ['country_with_top_user'],
    anyOf: { groups: 0, candidates: [[TOP_COUNTRY, ALL_TIED]] },
  },
  {
    id: 'all-tied-countries',
    words: 'On a tie all countries are given, and the question wants one.',
    views: [[TOP_COUNTRY, ALL_TIED]],
    questions: ['country_with_top_user'],
  },
  {
    id: 'every-place-kept',
    words: 'Every place is given, not the first alone.',
    views: [['where r.place = 1', 'where true']],
  },
  {
    id: 'category-by-name',
    words: 'The last category by name is taken for the most popular, with the count of all categories.',
    sql: {
      top_category_by_country: `select g.country, max(p.category) as category, count(*) as category_count
from pin as p inner join geo as g on g.ind = p.ind inner join user as u on u.ind = p.ind
where g.country is not null and p.category is not null group by g.country`,
    },
  },
  {
    id: 'first-places-only',
    words: 'Only the category in first place of each year is given, and all are asked for.',
    sql: { posts_by_category_and_year: 'top_category_by_year' },
  },
  {
    id: 'unknown-country-kept',
    words: 'Rows without a country make a group of their own.',
    views: [['g.country is not null', 'true']],
  },
  {
    id: 'unknown-category-kept',
    words: 'Rows without a category make a group of their own.',
    views: [['p.category is not null', 'true']],
  },
  {
    id: 'unknown-poster-kept',
    words: 'Rows without a poster are ranked as a poster.',
    views: [['p.poster_name is not null', 'true']],
  },
  {
    id: 'without-geo',
    words: 'Pins are joined with users alone, so posts without a geo row count.',
    views: [['  inner join geo as g on g.ind = p.ind\n', '']],
    questions: [
      'top_category_by_age_group',
      'posts_by_join_year',
      ...['age_group', 'join_year', 'join_year_and_age_group'].flatMap((by) => [
        `median_followers_by_${by}`,
        `median_followers_by_${by}_by_post`,
      ]),
    ],
  },
  {
    id: 'without-user',
    words: 'Pins are joined with geo rows alone, so posts without a user row count.',
    views: [['  inner join user as u on u.ind = p.ind\n', '']],
    questions: [
      'top_category_by_country',
      'posts_by_category_and_year',
      'top_category_by_year',
      'top_user_by_country',
      'country_with_top_user',
    ],
  },
];
