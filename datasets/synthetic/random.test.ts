import { Random, scramble } from './random';

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.next());

test('the numbers of a seed, a stream and an index are always the same', () => {
  expect(draws(new Random(100).at(3, 7), 3)).toEqual([2_729_285_149, 31_854_636, 1_249_870_552]);
  expect(draws(new Random(2 ** 40 + 5).at(3, 2 ** 33 + 7), 2)).toEqual([936_862_730, 3_940_496_260]);
});

test('what was drawn before does not matter', () => {
  const random = new Random(100);
  draws(random.at(9, 9), 50);
  expect(draws(random.at(3, 7), 3)).toEqual(draws(new Random(100).at(3, 7), 3));
});

test('seeds, streams and indices that differ in one bit give other numbers', () => {
  const first = (seed: number, stream: number, index: number) => new Random(seed).at(stream, index).next();
  const one = [
    first(1, 1, 1),
    first(0, 1, 1),
    first(1, 0, 1),
    first(1, 1, 0),
    first(2 ** 32 + 1, 1, 1),
    first(1, 1, 2 ** 32 + 1),
  ];
  expect(new Set(one).size).toBe(6);
});

test('below reaches every number under its limit about equally often', () => {
  const random = new Random(1).at(0, 0);
  const counts = new Array(10).fill(0);
  for (let i = 0; i < 20_000; i++) counts[random.below(10)]++;
  expect(Math.min(...counts)).toBeGreaterThan(1850);
  expect(Math.max(...counts)).toBeLessThan(2150);
});

test('neighbouring indices are independent', () => {
  const random = new Random(1);
  let ones = 0;
  for (let index = 0; index < 20_000; index++) ones += random.at(0, index).below(2) ^ random.at(0, index + 1).below(2);
  expect(ones).toBeGreaterThan(9_700);
  expect(ones).toBeLessThan(10_300);
});

test('normal has mean 0, standard deviation 1 and both tails', () => {
  const random = new Random(1).at(0, 0);
  const values = Array.from({ length: 20_000 }, () => random.normal());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  expect(values.filter((value) => value > 2).length).toBeGreaterThan(300);
  expect(values.filter((value) => value < -2).length).toBeGreaterThan(300);
});

test('scramble is one to one', () => {
  const seen = new Set<number>();
  for (let bits = 0; bits < 100_000; bits++) seen.add(scramble(bits));
  expect(seen.size).toBe(100_000);
});
