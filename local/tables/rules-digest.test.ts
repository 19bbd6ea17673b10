import { DATASETS, perDataset, SCHEMAS } from '@pipeline/datasets/schema';
import { CLEAN_SQL } from '@pipeline/datasets/sql';
import { rulesDigest, sharedFunctions } from './rules-digest';

const now = () => perDataset((dataset) => rulesDigest(dataset));

/** Datasets whose rules are others when one function's statement is. */
function concerned(name: string, edit: (statement: string) => string): string[] {
  const functions = sharedFunctions().map((each) =>
    each.name === name ? { name, statement: edit(each.statement) } : each,
  );
  const before = now();
  return DATASETS.filter((dataset) => rulesDigest(dataset, functions) !== before[dataset]);
}

const withMore = (statement: string) => statement.replace(/\)$/, ' || x)');

test('each dataset has a digest of its own, the same each time', () => {
  expect(Object.values(now())).toEqual(DATASETS.map(() => expect.stringMatching(/^[0-9a-f]{16}$/)));
  expect(new Set(Object.values(now())).size).toBe(DATASETS.length);
  expect(now()).toEqual(now());
});

test('comments, indents and line ends change nothing; a blank within quotes does, and two dashes there do', () => {
  const clean = CLEAN_SQL.geo;
  const digest = (edit: (sql: string) => string) => rulesDigest('geo', sharedFunctions(), edit(clean));
  const before = digest((sql) => sql);
  expect(digest((sql) => `-- what it's for\n\n${sql.replaceAll('\n', '\n  ')}-- the end`)).toBe(before);
  expect(digest((sql) => sql.replace("concat_ws(','", "concat_ws(', '"))).not.toBe(before);
  const dashes = digest((sql) => sql.replace("concat_ws(','", "concat_ws('--a'"));
  expect(dashes).not.toBe(digest((sql) => sql.replace("concat_ws(','", "concat_ws('--b'")));
  expect(digest((sql) => sql)).toBe(before);
});

test('a function concerns the datasets that call it, themselves or through another one, and no others', () => {
  expect(concerned('parse_count', withMore)).toEqual(['pin']);
  expect(concerned('parse_ts', withMore)).toEqual(['geo', 'user']);
  // Called by parse_ts alone.
  expect(concerned('ts_offset_minutes', withMore)).toEqual(['geo', 'user']);
  // Called by what reads a record's text.
  expect(concerned('mend_surrogates', withMore)).toEqual(DATASETS);
  // Called by questions alone.
  expect(concerned('age_group', withMore)).toEqual([]);
  expect(concerned('parse_ts', (statement) => statement.replaceAll('\n', ' \n\t'))).toEqual([]);
});

test('a column of another type concerns its dataset', () => {
  const before = now();
  const [first, ...others] = SCHEMAS.geo.cleanColumns;
  const replaced = jest.replaceProperty(SCHEMAS.geo, 'cleanColumns', [{ ...first!, type: 'DOUBLE' }, ...others]);
  const functions = sharedFunctions();
  expect(DATASETS.filter((dataset) => rulesDigest(dataset, functions) !== before[dataset])).toEqual(['geo']);
  replaced.restore();
});
