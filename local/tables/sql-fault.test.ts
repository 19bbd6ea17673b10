import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { errorText } from '@pipeline/cli/error-text';
import { withFiles } from './sql-fault';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const told = (statement: string, text: string) =>
  withFiles(statement, [{ file: 'datasets/sql/views/x.sql', text }], (sql) => connection.run(sql)).then(
    () => 'nothing',
    errorText,
  );

test("a fault in a file within a longer statement is told with the file's own line, a caret and the cause", async () => {
  const text = 'select\n  r.a,\n  r.b as\nfrom (select 1 as a, 2 as b) as r\n';
  expect(await told(`insert into t\n  with s as (\nselect 1)\nselect * from (${text}) as c`, text)).toBe(
    [
      'datasets/sql/views/x.sql:4:6: Parser Error: syntax error at or near "("',
      '4 | from (select 1 as a, 2 as b) as r',
      '         ^',
    ].join('\n'),
  );
});

test('of a line that the database shows cut at both ends, the column is right too', async () => {
  const padding = Array.from({ length: 40 }, (_, at) => `1 as a${at}`).join(', ');
  const line = `  ${padding}, r.wrong, ${padding}`;
  expect(await told(`select\n${line}\nfrom (select 1) as r`, `select\n${line}\nfrom (select 1) as r`)).toBe(
    [
      `datasets/sql/views/x.sql:2:${line.indexOf('r.wrong') + 1}: Binder Error: Values list "r" does not have a column named "wrong"`,
      `2 | ${line}`,
      `${' '.repeat(4 + line.indexOf('r.wrong'))}^`,
    ].join('\n'),
  );
});

test('a fault without a place in the file is told with the file, and what is not of the SQL stays as it is', async () => {
  expect(await told('select (1', 'select (1')).toBe(
    'datasets/sql/views/x.sql: Parser Error: syntax error at end of input',
  );
  const full = new Error('IO Error: No space left on device');
  await expect(withFiles('select 1', [], () => Promise.reject(full))).rejects.toBe(full);
});
