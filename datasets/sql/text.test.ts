import { DATASETS, SCHEMAS } from '../schema';
import { CLEAN_SQL, duckdbFunctions, sqlFunctions, viewNamed, views } from '.';
import { cleanSelect, openDuckdb } from './testing/duckdb';

const FUNCTIONS = sqlFunctions();
const VIEWS = views();

/** SQL that both engines run, by where it stands. */
const SHARED: [string, string][] = [
  ...DATASETS.map((dataset): [string, string] => [`clean/${dataset}.sql`, CLEAN_SQL[dataset]]),
  ...VIEWS.map(({ name, sql }): [string, string] => [`views/${name}.sql`, sql]),
  ...FUNCTIONS.flatMap(({ name, body }): [string, string][] => ('duckdb' in body ? [] : [[name, body.join('\n')]])),
];
const FILES = SHARED.filter(([name]) => name.endsWith('.sql'));

const withoutComments = (sql: string) => sql.replaceAll(/^\s*--.*$/gm, '');
const withoutTexts = (sql: string) => withoutComments(sql).replaceAll(/'[^']*'/g, "''");
/** What follows FROM and JOIN, the one within EXTRACT left out. */
const sources = (sql: string, pattern: RegExp) =>
  [...withoutTexts(sql).replaceAll('extract(year from', '').matchAll(pattern)].map(([, source]) => source);

describe.each(SHARED)('%s', (_, sql) => {
  test('has no backslash, double quote or backtick: each means something else to the other engine', () => {
    expect(withoutComments(sql)).not.toMatch(/[\\"`]/);
  });

  test('says where nulls go in every order', () => {
    const code = withoutTexts(sql);
    // Every order by of ours ends at a bracket, before a limit, or with the file.
    for (const order of code.split(/order by/i).slice(1)) {
      for (const term of order.split(/\)|\nlimit/)[0]!.split(',')) expect(term.trim()).toMatch(/ nulls last$/i);
    }
  });

  test('uses no construct that one engine lacks or reads differently', () => {
    const code = withoutTexts(sql);
    for (const word of [
      'qualify',
      'regexp_replace',
      'regexp_like',
      'regexp_matches',
      'rlike',
      'similar to',
      'concat\\(',
      'array\\(',
      'named_struct',
      'nvl',
      'locate',
      'startswith',
      'starts_with',
      'strpos',
      'initcap',
      'percentile_approx',
      'quantile_cont',
      'hash',
      'sha256',
      'sha2',
      'unicode',
      'octet_length',
      'div',
      '//',
      'sum\\(',
      'exclude',
      'except',
      'varchar',
      'any_value',
      'first\\(',
      'mode\\(',
      'to_timestamp',
      'date_format',
      'strptime',
      'year\\(',
      '::',
      'lambda',
      '->',
      'count\\(distinct [^)]*,',
    ]) {
      expect(code).not.toMatch(
        new RegExp(word.match(/^\w/) ? `(?<!\\w)${word}(?!\\w)`.replace('\\((?!\\w)', '\\(') : word, 'i'),
      );
    }
    expect(code).not.toMatch(/(?<![a-z_])\d+[LD]\b/);
    expect(code).not.toMatch(/regexp_extract\((?:[^(),]|\([^()]*\))*,[^,]*\)/);
  });
});

describe.each(FILES)('%s', (_, sql) => {
  test('begins with its grain and is one SELECT', () => {
    expect(sql).toMatch(/^-- one row/);
    expect(withoutComments(sql).trim()).toMatch(/^with /);
    expect(withoutTexts(sql)).not.toContain(';');
    expect(sql.endsWith('\n')).toBe(true);
  });

  test('gives every relation an alias, and reads no column without one', () => {
    const code = withoutTexts(sql);
    for (const source of sources(sql, /\b(?:from|join) (\w+(?: as \w+)?)/g)) expect(source).toMatch(/^\w+ as \w$/);
    expect(code).not.toMatch(/select (?:distinct )?\*/);
  });
});

test.each(VIEWS)('$name reads nothing but the datasets and its own steps', ({ sql }) => {
  const code = withoutTexts(sql);
  const steps = [...code.matchAll(/(\w+) as \(\n/g)].map(([, name]) => name);
  const known: (string | undefined)[] = [...DATASETS, ...steps];
  expect(sources(sql, /\b(?:from|join) (\w+)/g).filter((name) => !known.includes(name))).toEqual([]);
});

test.each(VIEWS)('$name states a total order, or is one row', ({ sql }) => {
  expect(sql.trimEnd()).toMatch(/\norder by [^\n]+(\nlimit 1)?$/);
});

test.each(VIEWS.filter(({ companionOf }) => companionOf))(
  '$name says how it differs from its companion, and a count of posts that it does not count users',
  ({ name, sql, companionOf }) => {
    const line = sql.split('\n')[1];
    expect(line).toMatch(new RegExp(`^-- .+\\. By [a-z ]+: ${companionOf}\\.$`));
    if (/_by_post$|^posts_/.test(name))
      expect(line).toMatch(new RegExp(`^-- Not a count of users: .* By person: ${companionOf}\\.$`));
  },
);

test('a grain reads as a sentence about one row', () => {
  expect(viewNamed('country_with_top_user').grain).toBe(
    'one row: the country of the poster with the most followers; on a tie the first country by name',
  );
});

test('an unknown view is named with the known ones', () => {
  expect(() => viewNamed('top_cat')).toThrow(
    /^no view 'top_cat' \(known: top_category_by_country, .*posts_by_join_year\)$/,
  );
});

test('each function comes after those it calls, and says what it is about', () => {
  const seen: string[] = [];
  for (const { name, body, about } of FUNCTIONS) {
    const text = ('duckdb' in body ? body.duckdb : body).join('\n');
    const calls = FUNCTIONS.map((each) => each.name).filter((each) => new RegExp(`\\b${each}\\(`).test(text));
    expect(seen).toEqual(expect.arrayContaining(calls));
    expect(about).toMatch(/\.$/);
    seen.push(name);
  }
  expect(duckdbFunctions()).toHaveLength(FUNCTIONS.length);
});

test('only arrays, pairs and what names groups of a pattern need a body for each engine', () => {
  expect(FUNCTIONS.filter(({ body }) => 'duckdb' in body).map(({ name }) => name)).toEqual([
    'mend_surrogates',
    'split_tags',
    'make_pair',
  ]);
});

describe('columns and types', () => {
  const DUCKDB_TYPES: Record<string, string> = {
    STRING: 'VARCHAR',
    BIGINT: 'BIGINT',
    INT: 'INTEGER',
    TIMESTAMP: 'TIMESTAMP',
    'ARRAY<STRING>': 'VARCHAR[]',
    'ARRAY<DOUBLE>': 'DOUBLE[]',
  };

  test.each(DATASETS)(
    '%s: what cleaning gives is what the schema says, then arrival, text and judgement',
    async (dataset) => {
      const connection = await openDuckdb();
      await connection.run(
        'create table records (line string, arrival_time_ms bigint, arrival_partition string, arrival_order string)',
      );
      const reader = await connection.runAndReadAll(cleanSelect(dataset));
      expect(reader.columnNames().map((name, index) => [name, String(reader.columnType(index))])).toEqual([
        ...SCHEMAS[dataset].cleanColumns.map(({ name, type }) => [name, DUCKDB_TYPES[type]]),
        ['arrival_time_ms', 'BIGINT'],
        ['arrival_partition', 'VARCHAR'],
        ['arrival_order', 'VARCHAR'],
        ['line', 'VARCHAR'],
        ['outcome', 'VARCHAR'],
        ['reason', 'VARCHAR'],
        ['findings', 'VARCHAR'],
      ]);
      connection.closeSync();
    },
  );
});
