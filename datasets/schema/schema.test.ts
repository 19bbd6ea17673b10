import { readdirSync } from 'node:fs';
import { CLEAN_SQL } from '../sql';
import { CATEGORIES } from '../synthetic/categories';
import { DATASETS, SCHEMAS, sourceColumn } from '.';

const NO_DATASET = ['arrival', 'datasets'];
const textsIn = (sql: string | undefined) => [...(sql ?? '').matchAll(/'([^']*)'/g)].map((match) => match[1]);

test('every dataset of the list has a schema that is called so, and no other has one', () => {
  const files = readdirSync(__dirname).flatMap((file) => /^(\w+)\.json$/.exec(file)?.[1] ?? []);
  expect(files.filter((file) => !NO_DATASET.includes(file)).sort()).toEqual([...DATASETS].sort());
  expect(Object.keys(SCHEMAS).sort()).toEqual([...DATASETS].sort());
  for (const dataset of DATASETS) expect(SCHEMAS[dataset].dataset).toBe(dataset);
});

const columnsWith = (property: 'sentinels' | 'values') =>
  DATASETS.flatMap((dataset) =>
    SCHEMAS[dataset].sourceColumns.filter((column) => property in column).map(({ name }) => [dataset, name] as const),
  );

test.each(columnsWith('sentinels'))('the clean file of %s knows the error texts of %s', (dataset, name) => {
  const condition = new RegExp(`n\\.${name} (?:=|in) ([^;]*?) as ${name}_is_sentinel`).exec(CLEAN_SQL[dataset]);
  expect(textsIn(condition?.[1])).toEqual(sourceColumn(dataset, name).sentinels);
});

test('the clean files know no other error text', () => {
  const marked = DATASETS.flatMap((dataset) =>
    [...CLEAN_SQL[dataset].matchAll(/as (\w+)_is_sentinel/g)].map((match) => [dataset, match[1]]),
  );
  expect(marked.length).toBeGreaterThan(5);
  expect(marked.sort()).toEqual([...columnsWith('sentinels')].sort());
});

test('category and kind of medium have the values that the clean file knows and the source has', () => {
  const unknown = /j\.category not in \(([^)]*)\)/.exec(CLEAN_SQL.pin)?.[1];
  expect(textsIn(unknown)).toEqual(sourceColumn('pin', 'category').values);
  expect(CATEGORIES.map(({ name }) => name)).toEqual(sourceColumn('pin', 'category').values);
  const kinds = /case n\.is_image_or_video([\s\S]*?) as media_type/.exec(CLEAN_SQL.pin)?.[1] ?? '';
  const known = [...kinds.matchAll(/when '([^']*)'/g)].map((match) => match[1]);
  expect(known).toEqual(sourceColumn('pin', 'is_image_or_video').values);
  expect(columnsWith('values')).toHaveLength(2);
});

test('a column that is not there is named', () => {
  expect(() => sourceColumn('geo', 'planet')).toThrow("geo has no source column 'planet'");
});
