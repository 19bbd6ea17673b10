import { judge } from './by-the-book';

const pin = (columns: object) => ({ index: 7, unique_id: '1454a6c0-103c-479f-b829-5d61d3e39f8e', ...columns });

test.each([
  ['12k', 12_000],
  ['1.2M', 1_200_000],
  ['12.3455k', 12_346],
  ['0.4', 0],
  ['437.5', 438],
  ['2m', 2_000_000],
  ['0.015B', 15_000_000],
  ['12 K', 12_000],
  ['1,234,567', 1_234_567],
  [' 0 ', 0],
  [437, 437],
  ['1,5k', null],
  ['1.2345678k', null],
  ['User Info Error', null],
  ['None', null],
  ['', null],
])('a follower count of %j is %p', (follower_count, followers) => {
  expect(judge('pin', pin({ follower_count }))).toEqual({ facts: { posterName: null, followers, category: null } });
});

test.each([
  ['2020-08-28T03:52:47Z', 1_598_586_767_000_000],
  ['2020-08-28 03:52:47', 1_598_586_767_000_000],
  ['2020:08:28 03:52:47.5', 1_598_586_767_500_000],
  ['08/28/2020, 03:52:47', 1_598_586_767_000_000],
  ['2020-08-28T05:52:47.000001+02:00', 1_598_586_767_000_001],
  ['2020-08-27T22:52:47-05:00', 1_598_586_767_000_000],
  ['n/a', null],
  [null, null],
])('a time of %j is %p', (timestamp, postedAt) => {
  expect(judge('geo', { ind: 7, timestamp, country: 'Chad' })).toEqual({ facts: { country: 'Chad', postedAt } });
});

test.each([
  ['geo', 42, 'not_json_object'],
  ['geo', [{ ind: 7 }], 'not_json_object'],
  ['geo', { index: 7, ind: 8, country: 'Chad' }, 'key_conflict'],
  ['geo', { index: null, country: 'Chad' }, 'key_missing'],
  ['geo', { ind: -1, country: 'Chad' }, 'key_invalid'],
  ['geo', { index: { index: 7 } }, 'key_invalid'],
  ['geo', { ind: 7, age: 20 }, 'foreign_record'],
  ['pin', { index: 7, title: 'x' }, 'unique_id_invalid'],
  ['geo', { ind: 7, timestamp: '2021-02-29 00:00:00' }, 'timestamp_invalid'],
  ['user', { ind: 7, date_joined: 'yesterday' }, 'date_joined_invalid'],
] as const)('%s %j is put aside as %s', (dataset, value, reason) => {
  expect(judge(dataset, value)).toEqual({ facts: null, reason });
});

test('a user row: null as a name is a name, an age outside 0 to 120 is unknown', () => {
  expect(judge('user', { ind: '7', index: 7, first_name: ' Ada ', last_name: 'Null', age: 121 })).toEqual({
    facts: { userName: 'Ada Null', age: null, joinedAt: null },
  });
});
