import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MISTAKES, mistaken } from '@pipeline/datasets/mistakes';
import { DATASETS } from '@pipeline/datasets/schema';
import { viewNamed, views } from '@pipeline/datasets/sql';
import { examine, type Finding, linesOf, probeLines, renderFindings, Truth } from '.';

jest.setTimeout(120_000);

let root: string;
let truth: Truth;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'doctor-'));
  truth = await Truth.ofLines(linesOf({ seed: 3, posts: 400 }));
});
afterAll(() => {
  truth.close();
  rmSync(root, { recursive: true, force: true });
});

const at = (name: string) => join(root, name);
const mistake = (id: string) => MISTAKES.find((each) => each.id === id)!;

async function write(name: string, sql: string, how = 'header', schema = '"truth"'): Promise<string> {
  await truth.connection.run(`set search_path = '${schema}'`);
  await truth.connection.run(`copy (${sql}) to '${at(name)}' (${how})`);
  return at(name);
}

function look(paths: readonly string[], columns: Record<string, string> = {}): Promise<Finding[]> {
  return examine({ truth, probes: () => Truth.ofLines(probeLines()), paths, columns, deadlineMs: Date.now() + 30_000 });
}

const shuffled = (sql: string, by: string) => `select * from (${sql}) as s order by hash(s.${by})`;

test('what is right is right in any order and any form, and is given no cause', async () => {
  const paths: string[] = [];
  for (const { name, sql } of views()) {
    const [first] = (await truth.answer(viewNamed(name), []))!.columns.map((column) => column.name);
    paths.push(await write(`${name}.csv`, shuffled(sql, first!)));
  }
  mkdirSync(at('json'));
  for (const name of ['top_user_by_country', 'users_joined_by_year', 'top_category_by_year'])
    paths.push(await write(`json/${name}.json`, viewNamed(name).sql, 'format json, array true'));
  mkdirSync(at('parquet'));
  paths.push(
    await write(
      'parquet/posts_by_category_and_year.parquet',
      viewNamed('posts_by_category_and_year').sql,
      'format parquet',
    ),
  );
  mkdirSync(at('forms'));
  const medians = viewNamed('median_followers_by_age_group').sql;
  // A number with commas and places, an age group called otherwise, other names of columns.
  paths.push(
    await write(
      'forms/median_followers_by_age_group.csv',
      `select replace(m.age_group, '+50', '50 +') as "Age group", format('{:,.2f}', m.median_follower_count) as median from (${medians}) as m`,
    ),
    await write(
      'forms/q6.csv',
      `select post_year as year_joined, number_users_joined + 0.0 as number_of_users from (${viewNamed('users_joined_by_year').sql})`,
    ),
  );
  for (const dataset of DATASETS)
    paths.push(await write(`${dataset}.parquet`, `select * from ${dataset}`, 'format parquet'));
  mkdirSync(at('tables'));
  paths.push(
    await write(
      'tables/geo.csv',
      shuffled(
        "select ind, country, coordinates, strftime(timestamp, '%m/%d/%Y, %H:%M:%S') as timestamp from geo",
        'ind',
      ),
    ),
    await write(
      'tables/user.ndjson',
      "select ind as index, user_name, age + 0.0 as age, strftime(date_joined, '%Y-%m-%dT%H:%M:%S.000+00:00') as date_joined from user",
      'format json',
    ),
    await write(
      'tables/pin.csv',
      shuffled('select * exclude (arrival_time_ms, arrival_partition, arrival_order) from pin', 'ind'),
    ),
  );
  expect(paths.length).toBeGreaterThanOrEqual(26);
  const findings = await look(paths);
  expect(findings.filter(({ verdict }) => verdict !== 'right').map(({ path, summary }) => [path, summary])).toEqual([]);
  expect(findings.flatMap(({ causes }) => causes)).toEqual([]);
  expect(findings).toHaveLength(paths.length);
});

test('two mistakes together are named, and what one alone gives is not', async () => {
  const view = viewNamed('median_followers_by_join_year_and_age_group');
  const sql = mistaken(mistake('ages-18-to-25'), view)!;
  const schema = (await truth.schema([mistake('followers-letters-stripped')]))!;
  const [finding] = await look([await write(`${view.name}.csv`, sql, 'header', schema)]);
  expect(finding!.causes.map(({ mistakes }) => mistakes)).toContainEqual([
    'followers-letters-stripped',
    'ages-18-to-25',
  ]);
  expect(renderFindings([finding!])).toContain('breaks F1, median_followers_by_join_year_and_age_group');
});

test('several causes are told apart by a record, and each column of a table has its own', async () => {
  const schema = (await truth.schema([mistake('followers-millions-lost'), mistake('save-blank-kept')]))!;
  const [finding] = await look([
    await write(
      'clean_pins.csv',
      'select ind, unique_id, title, description, follower_count, poster_name, tag_list, save_location, category from pin',
      'header',
      schema,
    ),
  ]);
  expect(finding!.causes.map(({ mistakes, columns }) => [...mistakes, ...columns])).toEqual([
    ['followers-millions-lost', 'follower_count'],
    ['followers-small-m', 'follower_count'],
    ['save-blank-kept', 'save_location'],
  ]);
  expect(finding!.apart).toBe(
    'a pin record with follower_count "3m": followers-millions-lost makes follower_count NULL of it, followers-small-m 3000000',
  );
  expect(finding!.evidence[0]).toMatchObject({ theirs: 'NULL', right: expect.stringMatching(/^\d+000000$/) });
  expect(finding!.notes[0]).toMatch(/^no column for is_image_or_video, image_src;/);
});

test('what no mistake gives has no known cause, and its first rows are shown', async () => {
  const { sql } = viewNamed('users_joined_by_year');
  const [finding] = await look([
    await write(
      'users_joined_by_year.csv',
      `select post_year, number_users_joined + 7 as number_users_joined from (${sql})`,
    ),
  ]);
  expect(finding).toMatchObject({ verdict: 'wrong', causes: [] });
  expect(renderFindings([finding!])).toContain('no known cause; the first rows that differ:');
  expect(finding!.evidence.length).toBeGreaterThan(0);
});

test('what cannot be looked at is one sentence each, with what was looked for', async () => {
  writeFileSync(at('broken.parquet'), 'no parquet');
  writeFileSync(at('strange.csv'), 'a,b\n1,2\n');
  writeFileSync(at('notes.docx'), 'x');
  mkdirSync(at('nothing'));
  await write('empty.csv', 'select ind, country from geo limit 0');
  const other = await Truth.ofLines(linesOf({ seed: 4, posts: 400 }));
  await other.connection.run(`set search_path = 'truth'; copy pin to '${at('other.csv')}' (header)`);
  other.close();
  const names = ['broken.parquet', 'strange.csv', 'notes.docx', 'nothing', 'empty.csv', 'other.csv', 'absent.csv'];
  const findings = await look(names.map(at));
  expect(findings.map(({ verdict }) => verdict)).toEqual(names.map(() => 'unreadable'));
  const said = findings.map(({ summary }) => summary.replaceAll(`${root}/`, ''));
  expect(said[0]).toMatch(/^broken.parquet cannot be read: /);
  expect(said.slice(1)).toEqual([
    `strange.csv has the columns a, b, and neither a clean table (${DATASETS.join(', ')}) nor the answer to a question has such; --column theirs=ours says what a column is`,
    'notes.docx has an ending that is not known; looked for .csv, .tsv, .json, .ndjson, .jsonl, .parquet and Delta',
    'nothing holds no table; looked for .csv, .tsv, .json, .ndjson, .jsonl, .parquet and Delta',
    'empty.csv has no rows (columns: ind, country)',
    'other.csv holds pin rows of another source: unique_id differ in nearly all of the 400 keys in common',
    'absent.csv is not there; pass files or folders that are',
  ]);
});

test('a column that nobody would guess is stated', async () => {
  const path = await write(
    'posts_by_join_year.csv',
    `select post_year as j, number_posts as zahl from (${viewNamed('posts_by_join_year').sql})`,
  );
  expect((await look([path]))[0]!.verdict).toBe('unreadable');
  expect((await look([path], { j: 'post_year', zahl: 'number_posts' }))[0]!.verdict).toBe('right');
});

test('a folder of Delta is what its log says, not every file in it', async () => {
  mkdirSync(at('user_table/_delta_log'), { recursive: true });
  await write('user_table/part-1.parquet', 'select * from user where ind < 200', 'format parquet');
  await write('user_table/part-2.parquet', 'select * from user where ind >= 200', 'format parquet');
  await write('user_table/part-0.parquet', 'select * from user', 'format parquet');
  const commit = (nth: number, ...actions: object[]) =>
    writeFileSync(
      at(`user_table/_delta_log/${String(nth).padStart(20, '0')}.json`),
      actions.map((action) => `${JSON.stringify(action)}\n`).join(''),
    );
  commit(0, { metaData: { partitionColumns: [], configuration: {} } }, { add: { path: 'part-0.parquet' } });
  commit(
    1,
    { remove: { path: 'part-0.parquet' } },
    { add: { path: 'part-1.parquet' } },
    { add: { path: 'part-2.parquet' } },
  );
  const [finding] = await look([at('user_table')]);
  expect(finding).toMatchObject({ of: 'user', verdict: 'right' });
  commit(2, { add: { path: 'part-0.parquet' } });
  const [twice] = await look([at('user_table')]);
  expect(twice!.summary).toContain('400 rows repeat a key');
});
