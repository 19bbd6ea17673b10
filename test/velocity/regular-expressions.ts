/** Patterns of Java's that we translate, as a template would hand them to `replaceAll`, `matches` and `split`. */
export const PATTERNS: readonly string[] = [
  ...[
    'a+',
    '[a-c]',
    '[^a-c]',
    '\\d+',
    '\\s',
    '\\S+',
    '\\w',
    '\\W',
    '(a)(b)?',
    'a|b',
    '^a',
    'c$',
    '.$',
    '.',
    '.*',
    '.+?',
  ],
  ...[
    '\\.',
    '\\|',
    '\\$',
    '\\{',
    '}',
    ']',
    '[.]',
    '[\\]]',
    '[]a]',
    '[\\w-]',
    '[\\s\\S]',
    '[\\d.]+',
    '\\-',
    '\\/',
    "\\'",
    '"',
    '\\\\',
  ],
  ...[
    '\\p{Lu}',
    '\\p{L}+',
    '\\P{L}',
    '\\p{Alpha}',
    '[\\p{Punct}]',
    '\\p{IsAlphabetic}',
    '\\Qa.b\\E',
    '(?i)A',
    '(?s).',
    '(?m)^.',
    '(?m).$',
  ],
  ...[
    '(?<n>a)',
    '(?<n>a)\\k<n>',
    '(a)\\1',
    '(?:ab)',
    '(?=b)',
    '(?<=a)',
    'a{2}',
    'a{1,}',
    'a{1,2}',
    '\\u0041',
    '\\x41',
    '\\t',
    '\\n',
  ],
  ...['\\R', '\\h', '\\A', '\\z', '\\Z', '\\e', '\\a', 'é', '📌', '[📌é]', '%', '#', '&', '~', 'a+?'],
];

/** Patterns that also match nothing at all. Java then steps into the middle of a surrogate pair; we do not. */
export const EMPTY_MATCHES: readonly string[] = ['', 'x*', 'a?', '(?!a)', '\\b'];

/** Patterns that Java takes and we refuse by name. */
export const REFUSED: readonly string[] = ['a++', '(?>a)', '(?i:a)', '[a&&b]', '[a[b]]', '\\G', '\\X'];

/** Patterns that are none. */
export const WRONG: readonly string[] = ['(', '[', '*', '\\', 'a**', 'a{,2}', '\\p{Foo}'];

export const TEXTS: readonly string[] = [
  ...[
    'aab.c',
    'A1 b2',
    '',
    'a\nb\n',
    'a\r\nb',
    'a|b|',
    '$x{y}',
    'ab-ab',
    'it\'s "q"\\',
    'foo bar',
    'aa',
    'A',
    'x.y.z..',
    '100%',
  ],
];
export const ASTRAL = 'é📌x';

export const REPLACEMENTS: readonly string[] = ['<$0>', '$1', 'X', '', '\\$', '\\\\'];
