import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURES } from './schema';
import { questions, viewNamed, views } from './sql';
import { answeredQuestions } from './synthetic';

const here = (...path: string[]) => join(__dirname, ...path);
const namesIn = (folder: string, ending: string) =>
  readdirSync(here(folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));

/** What is missing of any question, each with what to do. */
function missing(): string[] {
  const listed = questions().map(({ name }) => name);
  const written = namesIn('sql/views', '.sql');
  const answered = namesIn('synthetic/right-answers', '.ts');
  const golden = namesIn('golden', '.csv');
  return [...new Set([...listed, ...written, ...answered, ...golden])].flatMap((name) => [
    ...(listed.includes(name)
      ? []
      : [
          `${name}: no line in datasets/questions.json; add {"name": "${name}", "asks": "…?", "picture": "bars"} in its place`,
        ]),
    ...(written.includes(name)
      ? []
      : [`${name}: no SQL; write datasets/sql/views/${name}.sql, or remove what is left of the question`]),
    ...(answered.includes(name)
      ? []
      : [
          `${name}: no right answer known; write datasets/synthetic/right-answers/${name}.ts, a function rightAnswer() as beside it, from the facts alone`,
        ]),
    ...(golden.includes(name) || !answered.includes(name) ? [] : [`${name}: no golden file; npm run golden writes it`]),
  ]);
}

test('every question is three files: a line of order, its SQL and its right answer', () => {
  expect(questions().length).toBeGreaterThan(10);
  expect(missing()).toEqual([]);
});

test('the order of the list is the order of the views', () => {
  expect(views().map(({ name }) => name)).toEqual(questions().map(({ name }) => name));
  expect([...answeredQuestions()].sort()).toEqual(
    questions()
      .map(({ name }) => name)
      .sort(),
  );
});

test('a companion comes after the question that it goes with', () => {
  const names = questions().map(({ name }) => name);
  for (const { name, companionOf } of questions()) {
    if (companionOf === undefined) continue;
    expect([companionOf, names.indexOf(companionOf)]).not.toEqual([companionOf, -1]);
    expect([name, names.indexOf(name) > names.indexOf(companionOf)]).toEqual([name, true]);
  }
});

test('a question asks something, and says how its answer is drawn', () => {
  for (const { name, asks, picture } of questions()) {
    expect([name, asks]).toEqual([name, expect.stringMatching(/^[A-Z].*\?$/)]);
    expect(PICTURES).toContain(picture);
  }
  expect(viewNamed('country_with_top_user')).toMatchObject({
    asks: 'Which country does the poster with the most followers of all come from?',
    picture: 'number',
  });
});
