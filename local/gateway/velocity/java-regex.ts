import { TemplateError } from './values';

/** Java's character classes that JavaScript writes differently, as the inside of a bracket expression. */
const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7f',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1f\\x7f',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\x0b\\f\\r',
};
const LETTERS: Readonly<Record<string, string>> = {
  s: ' \\t\\n\\x0b\\f\\r',
  h: ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
  v: '\\n\\x0b\\f\\r\\x85\\u2028\\u2029',
};
/** All characters but Java's white space: `\S` inside a bracket expression. */
const NOT_SPACE = '\\0-\\x08\\x0e-\\x1f!-\\u{10ffff}';
const LINE_END = '(?:\\r\\n|[\\n\\r\\x85\\u2028\\u2029])';

/** Compiled patterns: one map for searching, one for matching a whole text. */
const searching = new Map<string, RegExp>();
const whole = new Map<string, RegExp>();

/** A Java regular expression as a global JavaScript one, set to search from the beginning. Throws `TemplateError` for syntax that JavaScript cannot express. */
export function javaRegex(pattern: string): RegExp {
  const regex = searching.get(pattern) ?? compile(pattern, 'g', searching);
  regex.lastIndex = 0;
  return regex;
}

/** Whether a Java regular expression matches the whole of a text: `String.matches`. */
export function javaMatches(pattern: string, text: string): boolean {
  const regex = whole.get(pattern) ?? compile(pattern, 'y', whole);
  regex.lastIndex = 0;
  return regex.test(text);
}

function compile(pattern: string, kind: 'g' | 'y', compiled: Map<string, RegExp>): RegExp {
  const flags = /^\(\?([imsux]+)\)/.exec(pattern);
  if (flags && /[ux]/.test(flags[1] ?? '')) throw unsupported(pattern, `the flags ${flags[0]}`);
  let regex: RegExp;
  try {
    const source = new Translation(flags ? pattern.slice(flags[0].length) : pattern, pattern, flags?.[1] ?? '').run();
    regex = new RegExp(
      kind === 'g' ? source : `(?:${source})${endOf(flags?.[1] ?? '')}`,
      `u${kind}${(flags?.[1] ?? '').replaceAll('s', '')}`,
    );
  } catch (cause) {
    if (cause instanceof TemplateError) throw cause;
    throw new TemplateError(`the regular expression ${JSON.stringify(pattern)} cannot be read`, { cause });
  }
  // Most patterns are constants of a template. The limit keeps patterns from a request's data from filling the memory.
  if (compiled.size >= 256) compiled.clear();
  if (pattern.length <= 256) compiled.set(pattern, regex);
  return regex;
}

/** The very end of a text. With flag m JavaScript's `$` is also the end of a line; without it, only `$` is safe among surrogates. */
const endOf = (flags: string): string => (flags.includes('m') ? '(?![^])' : '$');

/** Fills in Java's `$1`, `${name}` and `\x` in a replacement, for one match. */
export function javaReplacement(replacement: string): (match: RegExpExecArray) => string {
  if (!/[\\$]/.test(replacement)) return () => replacement;
  return (match) =>
    replacement.replace(
      /\\([\s\S])|\$(\d)|\$\{(\w+)\}|[\\$]/g,
      (all, escaped?: string, group?: string, name?: string): string => {
        if (escaped !== undefined) return escaped;
        const isGroup = group !== undefined && Number(group) < match.length;
        if (isGroup) return match[Number(group)] ?? '';
        if (name !== undefined && match.groups && name in match.groups) return match.groups[name] ?? '';
        throw new TemplateError(
          `the replacement ${JSON.stringify(replacement)} names a group that the pattern does not have: ${all}`,
        );
      },
    );
}

function unsupported(pattern: string, what: string): TemplateError {
  return new TemplateError(`the regular expression ${JSON.stringify(pattern)} uses ${what}, which is not supported`);
}

class Translation {
  private at = 0;

  constructor(
    private readonly pattern: string,
    private readonly whole: string,
    private readonly flags: string,
  ) {}

  run(): string {
    let out = '';
    while (this.at < this.pattern.length) out += this.piece();
    return out;
  }

  private piece(): string {
    const { pattern } = this;
    const rest = pattern.slice(this.at);
    const char = String.fromCodePoint(pattern.codePointAt(this.at) ?? 0);
    if (char === '\\') return this.escape(false);
    if (char === '[') return this.bracket();
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})\+/.test(rest)) throw unsupported(this.whole, 'possessive quantifiers');
    if (/^\(\?(?![:=!<])/.test(rest)) throw unsupported(this.whole, 'groups with flags or atomic groups');
    const quantifier = /^\{\d+(?:,\d*)?\}/.exec(rest)?.[0];
    if (quantifier) return this.take(quantifier, quantifier.length);
    if (char === '{') throw unsupported(this.whole, "a '{' with nothing before it to repeat");
    if (char === '.' && !this.flags.includes('s')) return this.take('[^\\n\\r\\x85\\u2028\\u2029]', 1);
    if (char === '.') return this.take('[^]', 1);
    if (char === '$' && !this.flags.includes('m')) return this.take(`(?=${LINE_END}?$)`, 1);
    return this.take(/[}\]]/.test(char) ? `\\${char}` : char, char.length);
  }

  private escape(isInBracket: boolean): string {
    const { pattern } = this;
    const next = pattern[this.at + 1];
    if (next === undefined) throw unsupported(this.whole, 'a backslash at its end');
    if (next === 'Q') return this.quotation();
    const property = /^\\([pP])(?:\{(\w+)\}|(\w))/.exec(pattern.slice(this.at));
    if (property) {
      const name = property[2] ?? property[3] ?? '';
      const posix = POSIX[name];
      if (posix === undefined) return this.take(`\\${property[1]}{${name.replace(/^Is/, '')}}`, property[0].length);
      if (isInBracket && property[1] === 'P') throw unsupported(this.whole, `\\P{${name}} in brackets`);
      return this.take(isInBracket ? posix : `[${property[1] === 'P' ? '^' : ''}${posix}]`, property[0].length);
    }
    const members = LETTERS[next.toLowerCase()];
    if (members !== undefined) {
      const isNegated = next !== next.toLowerCase();
      if (isInBracket && next === 'S') return this.take(NOT_SPACE, 2);
      if (isInBracket && isNegated) throw unsupported(this.whole, `\\${next} in brackets`);
      return this.take(isInBracket ? members : `[${isNegated ? '^' : ''}${members}]`, 2);
    }
    if (next === 'R') return this.take(LINE_END, 2);
    if (next === 'A') return this.take(this.flags.includes('m') ? '(?<![^])' : '^', 2);
    if (next === 'z') return this.take(endOf(this.flags), 2);
    if (next === 'Z') return this.take(`(?=${LINE_END}?${endOf(this.flags)})`, 2);
    if (next === 'e' || next === 'a') return this.take(next === 'e' ? '\\x1b' : '\\x07', 2);
    if (/[a-zA-Z]/.test(next)) {
      if (!/[bBdDwWntrfckux]/.test(next)) throw unsupported(this.whole, `\\${next}`);
      return this.take(`\\${next}`, 2);
    }
    if (/\d/.test(next)) return this.take(`\\${next}`, 2);
    const escaped = String.fromCodePoint(pattern.codePointAt(this.at + 1) ?? 0);
    return this.take(
      /[\^$\\.*+?()[\]{}|/-]/.test(escaped) ? quoted(escaped, isInBracket) : escaped,
      1 + escaped.length,
    );
  }

  /** `\Q…\E` takes everything between literally. */
  private quotation(): string {
    const end = this.pattern.indexOf('\\E', this.at);
    const text = this.pattern.slice(this.at + 2, end < 0 ? undefined : end);
    return this.take(
      [...text].map((char) => quoted(char, false)).join(''),
      end < 0 ? text.length + 2 : text.length + 4,
    );
  }

  private bracket(): string {
    const open = /^\[\^?\]?/.exec(this.pattern.slice(this.at))?.[0] ?? '[';
    let out = this.take(open.replace(']', '\\]'), open.length);
    for (;;) {
      const char = this.pattern[this.at];
      if (char === undefined) throw unsupported(this.whole, 'a bracket without its end');
      if (char === ']') return out + this.take(']', 1);
      if (char === '[' || this.pattern.startsWith('&&', this.at)) throw unsupported(this.whole, 'brackets in brackets');
      out += char === '\\' ? this.escape(true) : this.take(char, 1);
    }
  }

  /** Skips `length` characters of the Java pattern and gives their JavaScript form. */
  private take(text: string, read: number): string {
    this.at += read;
    return text;
  }
}

const quoted = (char: string, isInBracket: boolean): string =>
  char === '-' ? (isInBracket ? '\\-' : '-') : /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
