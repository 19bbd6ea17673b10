import { toCsv } from './csv';

test('a header, a line per row, quotes only where a field needs them', () => {
  const columns = ['country', 'poster_name', 'median'];
  const rows = [
    ["Cote d'Ivoire", 'Ada, Maker', 12_500.5],
    ['Chad', 'The "Loft"', 0],
    ['Peru', 'two\nlines ✨', null],
  ];
  expect(toCsv({ columns, rows })).toBe(
    'country,poster_name,median\n' +
      'Cote d\'Ivoire,"Ada, Maker",12500.5\n' +
      'Chad,"The ""Loft""",0\n' +
      'Peru,"two\nlines ✨",\n',
  );
});
