/** A double as Java's `Double.toString` prints it: `1.0`, `1.0E21`, `1.0E-7`, `NaN`, `Infinity`. */
export function javaDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  // Java writes two digits at least, and of those the nearest: the smallest double is 4.9E-324, not 5.0E-324.
  const twoDigits = value.toExponential(1);
  const [mantissa = '', exponent = ''] = (Number(twoDigits) === value ? twoDigits : value.toExponential()).split('e');
  return `${mantissa}E${exponent.replace('+', '')}`;
}
