/** A wrong option; the message names it, what was given and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = 2;
}

/** Each of these reads the text behind a flag, and throws a UsageError for text that does not fit. */
export function whole(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]{1,16}$/.test(text) && value >= least && value <= most) return value;
    throw new UsageError(`${flag} must be a whole number from ${least} to ${most}, got '${text}'`);
  };
}

export function above0(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9.]+$/.test(text) && Number.isFinite(value) && value > 0) return value;
    throw new UsageError(`${flag} must be a number above 0, got '${text}'`);
  };
}

export function oneOf(flag: string, ...allowed: string[]): (text: string) => string {
  return (text) => {
    if (allowed.includes(text)) return text;
    throw new UsageError(`${flag} must be ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}, got '${text}'`);
  };
}

export function listOf(flag: string, ...allowed: string[]): (text: string) => string {
  return (text) => {
    const names = text.split(',').map((name) => name.trim());
    if (names.every((name) => allowed.includes(name))) return [...new Set(names)].join(',');
    throw new UsageError(`${flag} must be one or more of ${allowed.join(', ')}, comma-separated, got '${text}'`);
  };
}

/** A name that may become part of a path. */
export function word(flag: string, what: string): (text: string) => string {
  return (text) => {
    if (/^[a-z0-9-]+$/.test(text)) return text;
    throw new UsageError(`${flag} must be ${what}, got '${text}'`);
  };
}

export function address(flag: string): (text: string) => URL {
  return (text) => {
    if (URL.canParse(text)) return new URL(text);
    throw new UsageError(`${flag} must be a URL, got '${text}'`);
  };
}
