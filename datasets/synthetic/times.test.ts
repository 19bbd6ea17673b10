import { isoText, yearOf } from './times';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_508_457_600, '2017-10-20T00:00:00Z'],
  [1_582_977_599, '2020-02-29T11:59:59Z'],
  [1_666_137_599, '2022-10-18T23:59:59Z'],
])('%d seconds are %s', (seconds, text) => {
  expect(isoText(seconds)).toBe(text);
});

test('the year changes at midnight UTC', () => {
  expect(yearOf(1_609_459_199)).toBe(2020);
  expect(yearOf(1_609_459_200)).toBe(2021);
});
