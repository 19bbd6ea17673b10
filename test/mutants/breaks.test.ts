import { breaksOf } from './breaks';

const breaks = (source: string) => breaksOf(source).map(({ line, from, to }) => `${line}: ${from} → ${to}`);

test('every small change that makes a program wrong is found, and types are left alone', () => {
  const source = [
    "import { a } from './a';",
    'type Two = 1 | 2;',
    '/** é📌: two bytes and four */',
    'export function pick(n: number): boolean {',
    '  if (n >= 3) return true;',
    '  a(n);',
    '  return n === 1 && n + 1 < 9;',
    '}',
  ].join('\n');
  expect(breaks(source)).toEqual([
    '5: n >= 3 → ((n >= 3), true)',
    '5: n >= 3 → ((n >= 3), false)',
    '5: n >= 3 → n > 3',
    '5: 3 → (3 + 1)',
    '5: true → false',
    '6: a(n); → ;',
    '7: n === 1 && n + 1 < 9 → n === 1 || n + 1 < 9',
    '7: n === 1 → n !== 1',
    '7: 1 → (1 + 1)',
    '7: n + 1 < 9 → n + 1 <= 9',
    '7: n + 1 → n - 1',
    '7: 1 → (1 + 1)',
    '7: 9 → (9 + 1)',
  ]);
});

test('the text is the whole file with that one change, also in the second file of a process', () => {
  const source = "const title = 'é📌';\nexport const isLong = title.length > 2;\n";
  expect(breaksOf(source).map(({ text }) => text)).toEqual([
    "const title = 'é📌';\nexport const isLong = title.length >= 2;\n",
    "const title = 'é📌';\nexport const isLong = title.length > (2 + 1);\n",
  ]);
});
