import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { perDataset } from '../schema';
import { answeredQuestions, type ExpectedAnswers, expectedAnswers, type ViewAnswer } from '.';
import { toCsv } from './answers/csv';

const GOLDEN = join(__dirname, '..', 'golden');
let answers: ExpectedAnswers;
beforeAll(() => {
  answers = expectedAnswers({ seed: 100, posts: 11_154 });
});

const rowsOf = (name: string): ViewAnswer['rows'] => answers.views[name]?.rows ?? [];
const sumOf = (name: string, column: number) => rowsOf(name).reduce((sum, row) => sum + Number(row[column]), 0);

test('the committed golden files are the right answers for seed 100; npm run golden writes them', () => {
  const files = readdirSync(GOLDEN).filter((file) => file.endsWith('.csv'));
  expect(files).toEqual(answeredQuestions().map((name) => `${name}.csv`));
  for (const file of files) {
    const view = answers.views[file.replace('.csv', '')] as ViewAnswer;
    expect({ file, text: readFileSync(join(GOLDEN, file), 'utf8') }).toEqual({ file, text: toCsv(view) });
  }
});

test('posts by category and year add up to all posts but those of 2017', () => {
  expect(rowsOf('posts_by_category_and_year')).toHaveLength(65);
  expect(sumOf('posts_by_category_and_year', 2)).toBe(10_741);
});

test('posts by join year add up to all posts', () => {
  expect(sumOf('posts_by_join_year', 1)).toBe(11_154);
});

test('the top category of each year is the greatest of that year', () => {
  for (const [year, category, count] of rowsOf('top_category_by_year')) {
    const ofYear = rowsOf('posts_by_category_and_year').filter((row) => row[0] === year);
    expect(Math.max(...ofYear.map((row) => Number(row[2])))).toBe(count);
    expect(ofYear).toContainEqual([year, category, count]);
  }
  expect(rowsOf('top_category_by_year')).toHaveLength(5);
});

test('the country with the top user has the greatest count of all countries, and has it alone', () => {
  const top = rowsOf('top_user_by_country')
    .map(([country, , count]) => [country, Number(count)] as const)
    .sort((left, right) => right[1] - left[1]);
  expect(rowsOf('country_with_top_user')).toEqual([['Malawi', 15_000_000]]);
  expect(top.slice(0, 2).map(([, count]) => count)).toEqual([15_000_000, 13_000_000]);
});

test('every country has one count in first place, and 243 have posts', () => {
  const counts = new Map<unknown, Set<unknown>>();
  for (const [country, , count] of rowsOf('top_category_by_country'))
    counts.set(country, (counts.get(country) ?? new Set()).add(count));
  expect(counts.size).toBe(243);
  expect([...counts.values()].filter((set) => set.size !== 1)).toEqual([]);
});

test('all records are clean, in both layers', () => {
  const all = { read: 11_154, refusedBySink: 0, clean: 11_154, quarantined: 0, duplicates: 0, quarantinedByReason: {} };
  expect(answers.counts).toEqual({
    batch: perDataset(() => all),
    speed: perDataset(() => all),
  });
  expect(answers.injected).toEqual({});
});
