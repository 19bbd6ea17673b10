import { DuckDBInstance } from '@duckdb/node-api';
import { type JoinedColumns, joinColumns } from './joined-columns';

/** The values of a column as DuckDB sees them. */
async function split({ separator, columns }: JoinedColumns): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const read = columns.map(async (text) => {
    const statement = await connection.prepare('select string_split($1, $2)');
    statement.bindVarchar(1, text);
    statement.bindVarchar(2, separator);
    return (await statement.runAndReadAll()).getRowsJS()[0]![0] as unknown[];
  });
  const lists = await Promise.all(read);
  connection.closeSync();
  return lists;
}

test('DuckDB gives back what was joined, whatever is in it', async () => {
  const columns = [
    ['{"a": 1}', '', 'two\nlines\r\n', 'a\0b', 'ü 😀 \u2028', ','],
    ['\x1e', '\x1f', '\x1e0', '0\x1f', '\x1e0\x1f', '\x1e1\x1e'],
    ['1', '2', '3', '4', '5', '6'],
  ];
  expect(await split(joinColumns(columns))).toEqual(columns);
});

test('the first separator that is in no value is taken', () => {
  expect(joinColumns([['a', 'b']])).toEqual({ separator: '\x1e0\x1f', columns: ['a\x1e0\x1fb'] });
  expect(
    joinColumns([
      ['a', 'b\x1e0\x1f'],
      ['\x1e1\x1f', ''],
    ]).separator,
  ).toBe('\x1e2\x1f');
});

test('one value is itself', async () => {
  expect(await split(joinColumns([[''], ['x']]))).toEqual([[''], ['x']]);
});
