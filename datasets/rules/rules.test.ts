import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DATASETS, SCHEMAS } from '../schema';
import { CLEAN_SQL, sqlFunctions } from '../sql';
import { cleaned, openDuckdb, smallest } from '../sql/testing/duckdb';
import { RULES, ruleNamed, ruleOf, rulesOf, sentenceOf } from '.';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

const ID = /\b[A-Z][1-9][0-9]?\b/g;
/** Findings about several rows at once: whoever keeps tables counts them, no clean file can. */
const FOUND_OVER_ROWS = ['shared:unique_id'];
const words = (of: 'reasons' | 'findings') => RULES.flatMap((rule) => Object.keys(rule[of]));
const sorted = (texts: Iterable<string>) => [...new Set(texts)].sort();

/** Reasons and findings that a clean file gives, each with the ids in the comment above it. */
function given(sql: string): { word: string; ids: string[] }[] {
  let ids: string[] = [];
  return sql.split('\n').flatMap((line) => {
    const comment = /^\s*-- (.*)/.exec(line)?.[1];
    if (comment !== undefined) ids = comment.match(ID) ?? [];
    const found = [...line.matchAll(/then '([a-z]+_[a-z_]+|[a-z]+:[a-z_]+)'/g)];
    return found.map((match) => ({ word: match[1]!, ids }));
  });
}

const EXAMPLES = RULES.flatMap((rule) =>
  rule.examples.map((example) => ({ ...example, id: rule.id, shown: JSON.stringify(example.before) })),
);

test.each(EXAMPLES)('$id: the example $shown is true', async ({ dataset, before, after }) => {
  const records = before.map((each) => (typeof each === 'string' ? each : smallest(dataset, each)));
  const rows = await cleaned(connection, dataset, ...records);
  expect(rows).toHaveLength(after.length);
  for (const [place, expected] of after.entries()) {
    expect(rows[place]).toMatchObject(expected);
    expect(Object.keys(expected)).toContain('outcome');
    // The columns stand in the order in which cleaning gives them.
    const columns = SCHEMAS[dataset].cleanColumns.map(({ name }) => name);
    const shown = Object.keys(expected).filter((name) => columns.includes(name));
    expect(shown).toEqual(Object.keys(rows[place]!).filter((name) => shown.includes(name)));
  }
});

test('every rule has an example, and its reasons and findings are shown by one', () => {
  for (const { id, examples, reasons, findings } of RULES) {
    expect([id, examples.length > 0]).toEqual([id, true]);
    const rows = examples.flatMap(({ after }) => after);
    const shown = rows.flatMap((row) => [row.reason, ...String(row.findings ?? '').split(',')]);
    const missing = [...Object.keys(reasons), ...Object.keys(findings)].filter((word) => !shown.includes(word));
    expect([id, missing.filter((word) => !FOUND_OVER_ROWS.includes(word))]).toEqual([id, []]);
  }
});

test('no two rules have the same id, and every text is a sentence', () => {
  expect(sorted(RULES.map(({ id }) => id))).toHaveLength(RULES.length);
  for (const { id, words, why, reasons, findings } of RULES) {
    for (const text of [words, why, ...Object.values(reasons), ...Object.values(findings)])
      expect([id, text]).toEqual([id, expect.stringMatching(/^[A-Za-z0-9].*\.$/)]);
  }
});

test('every reason and finding belongs to one rule', () => {
  for (const list of [words('reasons'), words('findings')]) expect(sorted(list)).toEqual([...list].sort());
});

test.each(DATASETS)('%s: what the clean file gives stands under the id of its rule', (dataset) => {
  const all = given(CLEAN_SQL[dataset]);
  expect(all.length).toBeGreaterThan(5);
  for (const { word, ids } of all) {
    const rule = ruleOf(word);
    expect([word, rule?.id]).toEqual([word, expect.any(String)]);
    expect([word, ids]).toEqual([word, expect.arrayContaining([rule!.id])]);
    expect([word, [undefined, dataset]]).toEqual([word, expect.arrayContaining([rule!.dataset])]);
  }
});

test('every reason and finding of a rule is given by a clean file', () => {
  const inSql = DATASETS.flatMap((dataset) => given(CLEAN_SQL[dataset]).map(({ word }) => word));
  expect(sorted([...words('reasons'), ...words('findings')])).toEqual(sorted([...inSql, ...FOUND_OVER_ROWS]));
});

test.each(DATASETS)('%s: the clean file names every rule that it follows, and no other', (dataset) => {
  const comments = [...CLEAN_SQL[dataset].matchAll(/-- (.*)/g)].map((match) => match[1]!);
  const expected = RULES.filter((rule) => rule.dataset === undefined || rule.dataset === dataset);
  expect(sorted(comments.flatMap((comment) => comment.match(ID) ?? []))).toEqual(sorted(expected.map(({ id }) => id)));
});

test('the functions name no rule that is not there', () => {
  const ids = sqlFunctions().flatMap(({ about }) => /^([A-Z][0-9]+):/.exec(about)?.slice(1) ?? []);
  expect(ids.length).toBeGreaterThan(3);
  for (const id of ids) expect(ruleNamed(id).id).toBe(id);
});

test('every rule has a test that begins with its id, and every such test a rule', () => {
  const folder = join(__dirname, '../sql');
  const tests = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
  const named = tests.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return [...text.matchAll(/\(\s*[`'"]([A-Z][1-9][0-9]?):? /g)].map((match) => match[1]!);
  });
  expect(sorted(named)).toEqual(sorted(RULES.map(({ id }) => id)));
});

test.each(DATASETS)('%s: every field and every clean column belongs to a rule', (dataset) => {
  const { sourceColumns, cleanColumns } = SCHEMAS[dataset];
  const rules = RULES.filter((rule) => rule.dataset === undefined || rule.dataset === dataset);
  const known = (names: readonly { name: string }[]) => ['*', 'index', 'ind', ...names.map(({ name }) => name)];
  const covered = (of: 'fields' | 'columns') => rules.flatMap((rule) => rule[of]);
  expect(covered('fields')).toEqual(expect.arrayContaining(sourceColumns.map(({ name }) => name)));
  expect(covered('columns')).toEqual(expect.arrayContaining(cleanColumns.map(({ name }) => name)));
  expect(known(sourceColumns)).toEqual(expect.arrayContaining(covered('fields')));
  expect(known(cleanColumns)).toEqual(expect.arrayContaining(covered('columns')));
});

test('a rule is found by its id, by a word that it gives and by a column that it makes', () => {
  expect(ruleNamed('P9').columns).toEqual(['save_location']);
  expect(ruleOf('sentinel:title')?.id).toBe('P3');
  expect(ruleOf('key_missing')?.id).toBe('R3');
  expect(ruleOf('of_another_age')).toBeUndefined();
  expect(sentenceOf('outside:age')).toBe('The age is not within 0 to 120; it is null.');
  expect(sentenceOf('of_another_age')).toBeUndefined();
  expect(rulesOf('pin', 'follower_count').map(({ id }) => id)).toEqual(['F1', 'R1', 'R5', 'R6', 'R7']);
  expect(rulesOf('geo', 'ind').map(({ id }) => id)).toEqual(['R2', 'R3', 'R4', 'R1', 'R5', 'R6', 'R7']);
  expect(() => ruleNamed('F9')).toThrow(/^no rule 'F9' \(known: R1, R2, .*U5/);
});
