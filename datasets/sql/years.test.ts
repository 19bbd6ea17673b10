import type { DuckDBConnection } from '@duckdb/node-api';
import { views } from '.';
import { answerOver, geo, openDuckdb, pin, user } from './testing/duckdb';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

/** The last second of one year and the first of another, for each year on either side of a bound. */
const MOMENTS = ['2014-12-31T23:59:59Z', '2015-01-01T00:00:00Z', '2020-12-31T23:59:59Z', '2021-01-01T00:00:00Z'];
const POSTED = ['2017-12-31T23:59:59Z', '2018-01-01T00:00:00Z', '2022-12-31T23:59:59Z', '2023-01-01T00:00:00Z'];
const BY_YEAR = views().filter(({ sql }) => sql.includes('post_year between'));

test.each(BY_YEAR.map(({ name, sql }) => [name, sql.includes('extract(year from u.date_joined)')] as const))(
  '%s takes the first and the last second of the years asked for, and none beside them',
  async (name, isOfJoining) => {
    const keys = [1, 2, 3, 4];
    const rows = await answerOver(connection, name, {
      pin: keys.map((index) => pin({ index, follower_count: '5k', category: 'art' })),
      geo: keys.map((ind, at) => geo({ ind, timestamp: isOfJoining ? '2019-01-01T00:00:00Z' : POSTED[at] })),
      user: keys.map((ind, at) =>
        user({ ind, age: 30, date_joined: isOfJoining ? MOMENTS[at] : '2016-01-01T00:00:00Z' }),
      ),
    });
    const years = rows.flat().filter((value) => Number(value) > 2000 && Number(value) < 2100);
    expect(years).toEqual(isOfJoining ? [2015, 2020] : [2018, 2022]);
  },
);

test('nine questions are by year', () => {
  expect(BY_YEAR).toHaveLength(9);
});
