/** A number as all tables have it: whole, with commas. */
export function whole(value: number): string {
  return Math.floor(value).toLocaleString('en');
}

/** Bytes a second in MiB, of which small ones keep a decimal. */
export function megabytes(bytes: number): string {
  const mib = bytes / 2 ** 20;
  return `${mib.toLocaleString('en', { maximumFractionDigits: mib < 100 ? 1 : 0 })} MiB/s`;
}
