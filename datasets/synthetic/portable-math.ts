// Math.log, Math.exp and ** may differ in the last bit between engines, and a last bit can move a whole number.
// These use only + - * /, which IEEE 754 and ECMAScript define exactly.

const { abs, floor } = Math;

/** Natural logarithm of a number of 1 or more. */
export function naturalLog(x: number): number {
  let mantissa = x;
  let twos = 0;
  while (mantissa >= 2) {
    mantissa /= 2;
    twos++;
  }
  // ln m = 2 (r + r^3/3 + r^5/5 + …) with r = (m-1)/(m+1), at most 1/3
  const ratio = (mantissa - 1) / (mantissa + 1);
  let power = ratio;
  let sum = 0;
  for (let k = 1; k < 40; k += 2) {
    sum += power / k;
    power *= ratio * ratio;
  }
  return twos * Math.LN2 + 2 * sum;
}

/** e to the power of x, for x from -600 to 600. */
export function exponential(x: number): number {
  const twos = floor(x / Math.LN2);
  const rest = x - twos * Math.LN2;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 20; k++) {
    term *= rest / k;
    sum += term;
  }
  const factor = twos < 0 ? 0.5 : 2;
  for (let i = abs(twos); i > 0; i--) sum *= factor;
  return sum;
}
