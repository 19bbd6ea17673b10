import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectedAnswers } from '@pipeline/datasets/synthetic';
import { RightAnswers } from './right-answers';

jest.setTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), 'right-'));
afterAll(() => rmSync(root, { recursive: true }));

const SOURCE = { seed: 3, posts: 40, hardMode: true };

test('right answers are computed once, and the next process reads them; each source has its own', async () => {
  const first = await new RightAnswers(root).of(SOURCE);
  expect(first).toEqual(expectedAnswers(SOURCE));
  const [file] = readdirSync(root);
  writeFileSync(join(root, file!), JSON.stringify({ ...first, views: {} }));
  expect((await new RightAnswers(root).of(SOURCE)).views).toEqual({});
  expect(await new RightAnswers(root).of({ ...SOURCE, seed: 4 })).toEqual(expectedAnswers({ ...SOURCE, seed: 4 }));
  expect(readdirSync(root)).toHaveLength(2);
});

test('a file that was cut short is made anew, and of many the oldest go', async () => {
  for (let nth = 0; nth < 30; nth += 1) {
    writeFileSync(join(root, `${nth}.json`), '{}');
    utimesSync(join(root, `${nth}.json`), nth, nth);
  }
  for (const file of readdirSync(root).filter((name) => name.length > 10)) writeFileSync(join(root, file), '{"coun');
  const answers = new RightAnswers(root);
  for (const seed of [3, 4, 5]) expect((await answers.of({ ...SOURCE, seed })).views).not.toEqual({});
  const left = readdirSync(root);
  expect([left.length, left.includes('0.json'), left.includes('29.json')]).toEqual([20, false, true]);
});
