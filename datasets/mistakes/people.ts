import type { Mistake } from './mistake';

const PERSON_MEDIANS = [
  'median_followers_by_age_group',
  'median_followers_by_join_year',
  'median_followers_by_join_year_and_age_group',
  'median_followers_by_post_year_and_age_group',
];
const MEDIAN = 'median(cast(s.follower_count as double))';

/** Who is counted, and what the middle is. */
export const PEOPLE: readonly Mistake[] = [
  {
    id: 'posts-for-people',
    words:
      'Posts are counted in place of people: a user with five posts counts five times (so does counting distinct keys).',
    views: [['select distinct\n    u.user_key', 'select\n    u.user_key']],
    questions: ['users_joined_by_year'],
  },
  {
    id: 'medians-over-posts',
    words: 'The median is taken over posts, not over people: who posts much weighs more.',
    views: [['from persons as s', 'from posts as s']],
    questions: PERSON_MEDIANS,
  },
  {
    id: 'medians-over-people',
    words: 'The median is taken over people, and the question is by post.',
    sql: Object.fromEntries(PERSON_MEDIANS.map((name) => [`${name}_by_post`, name])),
  },
  {
    id: 'people-by-name',
    words: 'A person is a name alone, so two of one name are one.',
    views: [['u.user_key,', 'u.user_name as user_key,']],
    questions: ['users_joined_by_year', ...PERSON_MEDIANS],
  },
  {
    id: 'maximum-lost',
    words:
      'Repeats of a person are dropped before the maximum is taken, so the followers are those of one post, the first.',
    views: [
      ['select\n    u.user_key,', 'select\n    u.user_key,\n    p.ind,'],
      ['max(s.follower_count) as follower_count', 'arg_min(s.follower_count, s.ind) as follower_count'],
    ],
    questions: PERSON_MEDIANS,
  },
  {
    id: 'median-lower-middle',
    words:
      'The median is approximate (percentile_approx): of an even number of values it is the lower of the two in the middle.',
    views: [[MEDIAN, 'quantile_disc(cast(s.follower_count as double), 0.5)']],
  },
  {
    id: 'mean-for-median',
    words: 'The mean is taken in place of the median.',
    views: [[MEDIAN, 'avg(cast(s.follower_count as double))']],
  },
  {
    id: 'followers-summed',
    words: 'The followers of all posts of a poster are added up.',
    views: [['max(p.follower_count) as follower_count', 'cast(sum(p.follower_count) as bigint) as follower_count']],
    questions: ['top_user_by_country', 'country_with_top_user'],
  },
  {
    id: 'name-and-count-apart',
    words: 'The greatest name and the greatest count of each country are taken apart, and do not belong together.',
    sql: {
      top_user_by_country: `select g.country, max(p.poster_name) as poster_name, max(p.follower_count) as follower_count
from pin as p inner join geo as g on g.ind = p.ind inner join user as u on u.ind = p.ind
where g.country is not null and p.poster_name is not null and p.follower_count is not null
group by g.country`,
    },
  },
  {
    id: 'user-name-for-poster',
    words: "The person's user_name stands where poster_name is asked for.",
    views: [
      ['    p.poster_name,\n', '    u.user_name as poster_name,\n'],
      ['and p.poster_name is not null', 'and u.user_name is not null'],
      ['group by g.country, p.poster_name', 'group by g.country, u.user_name'],
    ],
    questions: ['top_user_by_country'],
  },
  {
    id: 'posters-not-grouped',
    words:
      'Posts are ranked, not posters, so a poster with several posts of the greatest count stands there several times.',
    views: [
      ['    max(p.follower_count) as follower_count', '    p.follower_count'],
      ['\n  group by g.country, p.poster_name', ''],
    ],
    questions: ['top_user_by_country'],
  },
];
