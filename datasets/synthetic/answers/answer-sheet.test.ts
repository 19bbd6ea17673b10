import type { GeoFacts, PinFacts, UserFacts } from '../facts';
import { AnswerSheet, answeredQuestions } from './answer-sheet';

const at = (year: number, month = 6, day = 15) => Date.UTC(year, month - 1, day) * 1000;
const pin = (posterName: string | null, followers: number | null, category: string | null): PinFacts => ({
  posterName,
  followers,
  category,
});
const geo = (country: string | null, year: number | null): GeoFacts => ({
  country,
  postedAt: year === null ? null : at(year),
});
const user = (userName: string | null, age: number | null, year: number | null): UserFacts => ({
  userName,
  age,
  joinedAt: year === null ? null : at(year),
});

const ADA = user('Ada Berg', 20, 2015);
const BEN = user('Ben Cole', 50, 2016);
const CAT = user('Cat Dunn', 51, 2016);
const DAN = user('Dan Ellis', 17, 2017);

/** Eleven keys worked by hand: nine posts, a pin without its geo row, and a user row on its own. */
function given(): ReturnType<AnswerSheet['views']> {
  const answers = new AnswerSheet();
  answers.add({ pin: pin('ｍoss', 5000, 'art'), geo: geo('Peru', 2018), user: ADA });
  answers.add({ pin: pin('ｍoss', 7000, 'art'), geo: geo('Peru', 2018), user: ADA });
  answers.add({ pin: pin('😀', 7000, 'travel'), geo: geo('Peru', 2018), user: BEN });
  answers.add({ pin: pin('😀', 6000, 'travel'), geo: geo('Peru', 2018), user: BEN });
  answers.add({ pin: pin('Cat', 0, 'travel'), geo: geo('Chad', 2022), user: CAT });
  answers.add({ pin: pin('Dan', 7000, 'quotes'), geo: geo('Chad', 2017), user: DAN });
  // Unreadable: no poster, no followers.
  answers.add({ pin: pin(null, null, 'quotes'), geo: geo('Iran', 2022), user: user('Eve Fox', 30, 2016) });
  // Unknown country, category and age.
  answers.add({ pin: pin('Fay', 12, null), geo: geo(null, 2020), user: user('Fay Gill', null, 2017) });
  // Unknown times and name; joined outside the years asked for.
  answers.add({ pin: pin('Gus', 33, 'art'), geo: geo('Chad', null), user: user(null, 24, 2014) });
  answers.add({ pin: pin('Hal', 9_000_000, 'art'), geo: null, user: user('Hal Ivey', 33, 2015) });
  answers.add({ pin: null, geo: null, user: user('Ada Berg', 20, 2016) });
  return answers.views();
}

test('top_category_by_country keeps all ties, in text order', () => {
  expect(given().top_category_by_country?.rows).toEqual([
    ['Chad', 'art', 1],
    ['Chad', 'quotes', 1],
    ['Chad', 'travel', 1],
    ['Iran', 'quotes', 1],
    ['Peru', 'art', 2],
    ['Peru', 'travel', 2],
  ]);
});

test('posts_by_category_and_year leaves out 2017 and unknown times, most posts first within a year', () => {
  expect(given().posts_by_category_and_year?.rows).toEqual([
    [2018, 'art', 2],
    [2018, 'travel', 2],
    [2022, 'quotes', 1],
    [2022, 'travel', 1],
  ]);
});

test('posts_by_category_and_year puts the greater count first even where the alphabet does not', () => {
  const answers = new AnswerSheet();
  answers.add({ pin: pin('a', 1, 'art'), geo: geo('Peru', 2019), user: ADA });
  answers.add({ pin: pin('b', 1, 'travel'), geo: geo('Peru', 2019), user: ADA });
  answers.add({ pin: pin('b', 1, 'travel'), geo: geo('Peru', 2019), user: ADA });
  expect(answers.views().posts_by_category_and_year?.rows).toEqual([
    [2019, 'travel', 2],
    [2019, 'art', 1],
  ]);
  expect(answers.views().top_category_by_year?.rows).toEqual([[2019, 'travel', 2]]);
});

test('top_user_by_country takes the greatest count of each poster and orders ties by UTF-8 bytes', () => {
  expect(given().top_user_by_country?.rows).toEqual([
    ['Chad', 'Dan', 7000],
    ['Peru', 'ｍoss', 7000],
    ['Peru', '😀', 7000],
  ]);
});

test('top_person_by_country names the person, not the account, and leaves out who has no name', () => {
  expect(given().top_person_by_country?.rows).toEqual([
    ['Chad', 'Dan Ellis', 7000],
    ['Peru', 'Ada Berg', 7000],
    ['Peru', 'Ben Cole', 7000],
  ]);
});

test('country_with_top_user is one row, the first country on a tie', () => {
  expect(given().country_with_top_user?.rows).toEqual([['Chad', 7000]]);
});

test('country_with_top_user has no row where no poster has followers', () => {
  const answers = new AnswerSheet();
  answers.add({ pin: pin(null, null, 'art'), geo: geo('Peru', 2018), user: ADA });
  expect(answers.views().country_with_top_user?.rows).toEqual([]);
});

test('top_category_by_age_group: 50 and 51 part ways, 17 and unknown take no part, youngest first', () => {
  expect(given().top_category_by_age_group?.rows).toEqual([
    ['18-24', 'art', 3],
    ['25-35', 'quotes', 1],
    ['36-50', 'travel', 2],
    ['+50', 'travel', 1],
  ]);
});

test('medians by person take each person once, with the greatest of their counts', () => {
  const views = given();
  // 18-24 holds Ada with 7000 and the nameless one with 33.
  expect(views.median_followers_by_age_group?.rows).toEqual([
    ['18-24', 3516.5],
    ['36-50', 7000],
    ['+50', 0],
  ]);
  // 2016: Ben 7000 and Cat 0, Eve has no count; 2017: Dan 7000 and Fay 12.
  expect(views.median_followers_by_join_year?.rows).toEqual([
    [2015, 7000],
    [2016, 3500],
    [2017, 3506],
  ]);
  expect(views.median_followers_by_join_year_and_age_group?.rows).toEqual([
    ['18-24', 2015, 7000],
    ['36-50', 2016, 7000],
    ['+50', 2016, 0],
  ]);
});

test('medians by year of posting take each person once in each year, with the greatest count of that year', () => {
  expect(given().median_followers_by_post_year_and_age_group?.rows).toEqual([
    ['18-24', 2018, 7000],
    ['36-50', 2018, 7000],
    ['+50', 2022, 0],
  ]);
  const answers = new AnswerSheet();
  answers.add({ pin: pin('a', 10, 'art'), geo: geo('Peru', 2019), user: ADA });
  answers.add({ pin: pin('a', 30, 'art'), geo: geo('Peru', 2019), user: ADA });
  answers.add({ pin: pin('a', 90, 'art'), geo: geo('Peru', 2020), user: ADA });
  answers.add({ pin: pin('b', 50, 'art'), geo: geo('Chad', 2019), user: user('Ada Berg', 21, 2015) });
  // 2019: Ada's 30, and 50 of a namesake of another age.
  expect(answers.views().median_followers_by_post_year_and_age_group?.rows).toEqual([
    ['18-24', 2019, 40],
    ['18-24', 2020, 90],
  ]);
});

test('medians by post take every post', () => {
  const views = given();
  // 18-24: 33, 5000, 7000
  expect(views.median_followers_by_age_group_by_post?.rows).toEqual([
    ['18-24', 5000],
    ['36-50', 6500],
    ['+50', 0],
  ]);
  // 2016: 0, 6000, 7000
  expect(views.median_followers_by_join_year_by_post?.rows).toEqual([
    [2015, 6000],
    [2016, 6000],
    [2017, 3506],
  ]);
  expect(views.median_followers_by_join_year_and_age_group_by_post?.rows).toEqual([
    ['18-24', 2015, 6000],
    ['36-50', 2016, 6500],
    ['+50', 2016, 0],
  ]);
});

test('users_joined_by_year counts persons of the user table, with or without a post; another join date is another person', () => {
  expect(given().users_joined_by_year?.rows).toEqual([
    [2015, 2],
    [2016, 4],
    [2017, 2],
  ]);
});

test('posts_by_join_year counts posts with all three rows', () => {
  expect(given().posts_by_join_year?.rows).toEqual([
    [2015, 2],
    [2016, 4],
    [2017, 2],
  ]);
});

test('a microsecond makes another person, and so does an unknown age', () => {
  const answers = new AnswerSheet();
  for (const one of [
    ADA,
    ADA,
    { ...ADA, joinedAt: (ADA.joinedAt ?? 0) + 1 },
    { ...ADA, age: null },
    { ...ADA, userName: null },
  ])
    answers.add({ pin: null, geo: null, user: one });
  expect(answers.views().users_joined_by_year?.rows).toEqual([[2015, 4]]);
});

test('nothing in, no rows out, whatever is asked', () => {
  const views = new AnswerSheet().views();
  expect(Object.keys(views)).toEqual(answeredQuestions());
  expect(Object.values(views).flatMap(({ rows }) => rows)).toEqual([]);
});

test('a file that gives no right answer is named', () => {
  expect(() => new AnswerSheet(['../answers/csv'])).toThrow(
    /answers\/csv\.ts: it must export a function rightAnswer\(\) that returns columns and rows$/,
  );
});
