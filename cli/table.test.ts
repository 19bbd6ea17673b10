import { columns, table, wrapped } from './table';

test('columns stand under one another, numbers to the right', () => {
  expect(
    table(
      ['question', 'rows', 'verdict'],
      [
        ['a', '1,234', 'match'],
        ['longer', '7', 'DIFFERS'],
      ],
    ),
  ).toEqual([
    'question   rows  verdict', //
    'a         1,234  match',
    'longer        7  DIFFERS',
  ]);
});

test('a table that is too wide breaks its headers first, at soft hyphens and spaces', () => {
  const lines = table(['layer', 'quaran\u00adtined', 'topic grew by'], [['batch', '12', '300']], { width: 23 });
  expect(lines).toEqual([
    '       quaran-    topic', //
    'layer    tined  grew by',
    'batch       12      300',
  ]);
});

test('a table of ten columns with a million posts fits 80 columns', () => {
  const header = [
    'layer',
    'dataset',
    'read',
    'deliv\u00adered',
    'dead',
    'stored',
    'refused',
    'clean',
    'quaran\u00adtined',
  ];
  const row = ['batch', 'user', '1,000,000', '1,000,000', '0', '1,000,000', '0', '990,000', '10,000'];
  const lines = table([...header, 'dupli\u00adcates'], [[...row, '100']]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join('\n')).toContain('1,000,000');
});

test('where headers are not enough, the longest text goes on below', () => {
  const what = 'PUT to visible in the speed view, fifty in a hundred';
  expect(table(['what', 'unit', 'ours'], [[what, 's', '0.1']], { width: 40 })).toEqual([
    'what                          unit  ours',
    'PUT to visible in the speed   s      0.1',
    '  view, fifty in a hundred',
  ]);
});

test('a number is never broken, even where the table stays too wide', () => {
  expect(table(['n', 'm'], [['1,234,567', '7,654,321']], { width: 10 })).toEqual([
    '        n         m',
    '1,234,567 7,654,321',
  ]);
});

test('rows without a header keep their own indent when they go on below', () => {
  expect(
    columns(
      [
        ['ok', 'a'],
        ['may fail', '  one two three'],
      ],
      { width: 18 },
    ),
  ).toEqual(['ok        a', 'may fail    one two', '              three']);
  expect(columns([])).toEqual([]);
});

test('a row of one cell goes over the whole width', () => {
  expect(columns([['ok', 'a'], ['  all of it in one'], ['x', 'b']], { width: 12 })).toEqual([
    'ok  a',
    '  all of it',
    '    in one',
    'x   b',
  ]);
});

test('a word longer than the line is cut, and nothing of it is lost', () => {
  expect(wrapped('see /a/very/long/path now', 10)).toEqual(['see', '  /a/very/', '  long/', '  path now']);
});
