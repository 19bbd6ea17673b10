import { Permutation } from './permutation';

test.each([1, 2, 3, 5, 16, 17, 893, 5000])('%d places are each taken once', (size) => {
  const order = new Permutation(size, 42);
  const places = Array.from({ length: size }, (_, index) => order.of(index));
  expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, index) => index));
});

test('the order is shuffled, and another seed shuffles otherwise', () => {
  const places = (seed: number) => Array.from({ length: 1000 }, (_, index) => new Permutation(1000, seed).of(index));
  const one = places(1);
  expect(one.filter((place, index) => place === index).length).toBeLessThan(10);
  expect(one.filter((place, index) => place === (one[index - 1] ?? 0) + 1).length).toBeLessThan(10);
  expect(places(2)).not.toEqual(one);
});

test('a domain of a billion works without memory', () => {
  const order = new Permutation(1_000_000_000, 7);
  const places = [0, 1, 999_999_999].map((index) => order.of(index));
  expect(new Set(places).size).toBe(3);
  expect(places.filter((place) => place < 0 || place >= 1_000_000_000 || !Number.isInteger(place))).toEqual([]);
});
