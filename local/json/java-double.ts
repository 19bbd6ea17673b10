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

/** A decimal number's digits as Java's `BigDecimal.toString` prints them: all of them, with an exponent where the point is far away. */
export function javaDecimal(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const unscaled = (whole + fraction).replace(/^0+(?=\d)/, '');
  const scale = fraction.length - Number(exponent);
  const signed = unscaled === '0' ? '' : sign;
  if (scale === 0) return signed + unscaled;
  const adjusted = unscaled.length - 1 - scale;
  if (scale > 0 && adjusted >= -6) {
    const padded = unscaled.padStart(scale + 1, '0');
    return `${signed}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = unscaled.length > 1 ? `${unscaled[0]}.${unscaled.slice(1)}` : unscaled;
  return adjusted === 0 ? signed + mantissa : `${signed}${mantissa}E${adjusted > 0 ? '+' : ''}${adjusted}`;
}
