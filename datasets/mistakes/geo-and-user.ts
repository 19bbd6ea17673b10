import type { Mistake, Replacement } from './mistake';

const PAIR = 'make_pair(k.latitude, k.longitude)';
const coordinates = (id: string, words: string, sql: string, wrong: unknown): Mistake => ({
  id,
  rule: 'G1',
  words,
  clean: { geo: [[PAIR, sql]] },
  columns: ['geo.coordinates'],
  example: { record: { latitude: -89.9787, longitude: -173.293 }, right: [-89.9787, -173.293], wrong },
});
const posted = (sql: string): readonly Replacement[] => [['  k.posted_at as timestamp,', `  ${sql} as timestamp,`]];

/** Places, times and people. */
export const GEO_AND_USER: readonly Mistake[] = [
  coordinates(
    'coordinates-single',
    'Coordinates are single-precision floats.',
    'make_pair(cast(cast(k.latitude as float) as double), cast(cast(k.longitude as float) as double))',
    [-89.97869873046875, -173.29299926757812],
  ),
  coordinates(
    'coordinates-whole',
    'Coordinates are DECIMAL without places, so they are rounded to whole degrees.',
    'make_pair(round(k.latitude, 0), round(k.longitude, 0))',
    [-90, -173],
  ),
  coordinates(
    'coordinates-swapped',
    'Longitude comes first.',
    'make_pair(k.longitude, k.latitude)',
    [-173.293, -89.9787],
  ),
  {
    id: 'timestamp-of-one-sender',
    rule: 'G2',
    words: "A date pattern that fits another sender's text makes every time of posting NULL.",
    clean: { geo: posted('cast(null as timestamp)') },
    columns: ['geo.timestamp'],
    example: { record: { timestamp: '2020-08-28 03:52:47' }, right: '2020-08-28T03:52:47Z', wrong: null },
  },
  {
    id: 'timestamp-as-date',
    rule: 'G2',
    words: 'The time of posting is a date, and its time of day is lost.',
    clean: { geo: posted("date_trunc('day', k.posted_at)") },
    columns: ['geo.timestamp'],
    example: {
      record: { timestamp: '2020-08-28 03:52:47' },
      right: '2020-08-28T03:52:47Z',
      wrong: '2020-08-28T00:00:00Z',
    },
  },
  {
    id: 'timestamp-hour-later',
    rule: 'G2',
    words: 'The session’s time zone is one hour east of UTC, so every time of posting is an hour late.',
    clean: { geo: posted("k.posted_at + interval '1' hour") },
    columns: ['geo.timestamp'],
    example: {
      record: { timestamp: '2020-08-28 03:52:47' },
      right: '2020-08-28T03:52:47Z',
      wrong: '2020-08-28T04:52:47Z',
    },
  },
  {
    id: 'names-without-blank',
    rule: 'U1',
    words: 'First and last name are joined without a blank.',
    clean: {
      user: [["concat_ws(' ', r.f_first_name, r.f_last_name)", "concat_ws('', r.f_first_name, r.f_last_name)"]],
    },
    columns: ['user.user_name', 'user.user_key'],
    example: { record: { first_name: 'Abigail', last_name: 'Ali' }, right: 'Abigail Ali', wrong: 'AbigailAli' },
  },
  {
    id: 'joined-as-date',
    rule: 'U3',
    words: 'date_joined is a date: its time of day is lost, and two of one name who joined on one day become one.',
    clean: {
      user: [
        [
          'parse_ts(n.date_joined_text) as date_joined',
          "date_trunc('day', parse_ts(n.date_joined_text)) as date_joined",
        ],
      ],
    },
    columns: ['user.date_joined', 'user.user_key'],
    example: {
      record: { date_joined: '2016-05-05T08:00:00Z' },
      right: '2016-05-05T08:00:00Z',
      wrong: '2016-05-05T00:00:00Z',
    },
  },
  {
    id: 'joined-of-one-sender',
    rule: 'U3',
    words: "A date pattern that fits another sender's text makes every date of joining NULL.",
    clean: { user: [['  k.date_joined,\n', '  cast(null as timestamp) as date_joined,\n']] },
    columns: ['user.date_joined'],
    example: { record: { date_joined: '2016-05-05T08:00:00Z' }, right: '2016-05-05T08:00:00Z', wrong: null },
  },
];
