import { exponential, naturalLog } from './portable-math';

test.each([
  [1, 0],
  [3, 1.0986122886681098],
  [235, 5.459585514144159],
  [1000, 6.907755278982137],
])('the logarithm of %d', (x, logarithm) => {
  expect(naturalLog(x)).toBeCloseTo(logarithm, 13);
});

test.each([
  [0, 1],
  [2, 7.38905609893065],
  [-5, 0.006737946999085467],
  [10, 22026.465794806718],
])('e to the power of %d', (x, power) => {
  expect(exponential(x) / power).toBeCloseTo(1, 13);
});
