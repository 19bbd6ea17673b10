import { ageGroupOf, ascending, compareText, firstPlaces, inOrder, medianOf, yearWithin } from './groups';

test.each([
  [null, null],
  [0, null],
  [17, null],
  [18, 0],
  [24, 0],
  [25, 1],
  [35, 1],
  [36, 2],
  [50, 2],
  [51, 3],
  [120, 3],
])('age %p belongs to group %p', (age, group) => {
  expect(ageGroupOf(age)).toBe(group);
});

test('the median of an even number of values is the mean of the two middle ones', () => {
  expect(medianOf([1000, 7, 12, 3000])).toBe(506);
  expect(medianOf([1, 2])).toBe(1.5);
});

test('the median of an odd number of values is the middle one, whatever their order', () => {
  expect(medianOf([900, 10, 2_000_000])).toBe(900);
  expect(medianOf([5])).toBe(5);
  expect(medianOf([0, 0, 0])).toBe(0);
});

test('an empty list has no median', () => {
  expect(medianOf([])).toBeNull();
});

test('text is ordered by UTF-8 bytes, so an emoji comes after a full-width letter', () => {
  expect(['😀', 'ｍ', 'é', 'z', 'Z', 'a b', 'a'].sort(compareText)).toEqual(['Z', 'a', 'a b', 'z', 'é', 'ｍ', '😀']);
});

test('years outside the window and unknown times have no year', () => {
  const lastMicrosecondOf2020 = Date.UTC(2021, 0, 1) * 1000 - 1;
  expect(yearWithin(lastMicrosecondOf2020, 2015, 2020)).toBe(2020);
  expect(yearWithin(lastMicrosecondOf2020 + 1, 2015, 2020)).toBeNull();
  expect(yearWithin(Date.UTC(2015, 0, 1) * 1000, 2015, 2020)).toBe(2015);
  expect(yearWithin(Date.UTC(2014, 11, 31) * 1000, 2015, 2020)).toBeNull();
  expect(yearWithin(null, 2015, 2020)).toBeNull();
});

test('first places are all names with the greatest number, in text order', () => {
  const counts = new Map([
    ['travel', 3],
    ['quotes', 2],
    ['art', 3],
  ]);
  expect(firstPlaces(counts)).toEqual([
    ['art', 3],
    ['travel', 3],
  ]);
});

test('groups that are numbers come in the order of the numbers, not of their digits', () => {
  const byYear = new Map([10, 9, 2022, 2018].map((year) => [year, year]));
  expect(inOrder(byYear, ascending).map(([year]) => year)).toEqual([9, 10, 2018, 2022]);
});
