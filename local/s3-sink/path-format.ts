/** The letters of a Joda pattern that are supported: those that give numbers, not words (`MMM`, `E`). */
const FIELDS: Readonly<Record<string, (date: Date) => number>> = {
  Y: (date) => date.getUTCFullYear(),
  y: (date) => date.getUTCFullYear(),
  M: (date) => date.getUTCMonth() + 1,
  d: (date) => date.getUTCDate(),
  H: (date) => date.getUTCHours(),
  m: (date) => date.getUTCMinutes(),
  s: (date) => date.getUTCSeconds(),
};

/**
 * Compiles a `path.format` such as `'year'=YYYY/'month'=MM`. The returned function formats a local time in ms.
 *
 * @throws Error that names the unsupported letters
 */
export function parsePathFormat(
  pattern: string,
  platform: NodeJS.Platform = process.platform,
): (localMs: number) => string {
  const [illegal] = platform === 'win32' ? (/[<>:"|?*\\]/.exec(pattern) ?? []) : [];
  if (illegal !== undefined) {
    throw new Error(
      `has '${illegal}', which a file name on Windows must not contain; use another character, or WSL 2: ${pattern}`,
    );
  }
  const parts: ((date: Date) => string)[] = [];
  for (const [token] of pattern.matchAll(/'[^']*'|([a-zA-Z])\1*|[^a-zA-Z']+|'/g)) {
    const letter = token[0]!;
    const field = FIELDS[letter];
    if (letter === "'" && token.length === 1) throw new Error(`has a quote without its closing quote: ${pattern}`);
    if (letter === "'") parts.push(() => (token === "''" ? "'" : token.slice(1, -1)));
    else if (field !== undefined && !(letter === 'M' && token.length > 2))
      parts.push(numeric(field, letter, token.length));
    else if (/[a-zA-Z]/.test(letter))
      throw new Error(`must be made of Y, M, d, H, m, s and quoted text, got '${token}'`);
    else parts.push(() => token);
  }
  return (localMs) => {
    const date = new Date(localMs);
    return parts.map((part) => part(date)).join('');
  };
}

function numeric(field: (date: Date) => number, letter: string, width: number): (date: Date) => string {
  const isShortYear = /[Yy]/.test(letter) && width === 2;
  return (date) => String(isShortYear ? field(date) % 100 : field(date)).padStart(width, '0');
}
