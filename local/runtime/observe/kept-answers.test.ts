import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { type Kept, KeptAnswers } from './kept-answers';

let root: string;
let file: string;
const errors: string[] = [];
const open = () => new KeptAnswers(file, ({ message }) => errors.push(message));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kept-'));
  file = join(root, 'shown.json');
  errors.length = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const kept = (pin: number): Kept => ({
  answers: [],
  served: { held: { batch: 'a', speed: 'b' }, rows: { ...perDataset(() => 2), pin } },
});

test('what was noted last is there for the next one, and nothing before it is asked for', () => {
  const first = open();
  expect(first.read()).toEqual({ answers: [] });
  first.note(() => kept(1));
  first.note(() => kept(4));
  expect(existsSync(file)).toBe(false);
  first.stop();
  expect(open().read()).toEqual(kept(4));
  expect(readdirSync(root)).toEqual(['shown.json']);
});

test('after the end nothing is written', () => {
  const first = open();
  first.stop();
  first.note(() => kept(1));
  first.stop();
  expect(existsSync(file)).toBe(false);
});

test.each(['', '{"format":1,"answ', '{"format":2,"answers":[1]}', 'null'])('a file that says %j is as none', (text) => {
  writeFileSync(file, text);
  expect(open().read()).toEqual({ answers: [] });
});

test('what cannot be written is told', () => {
  const first = open();
  first.note(() => kept(1));
  rmSync(root, { recursive: true });
  first.stop();
  expect(errors).toEqual([expect.stringMatching(/^ENOENT: .*shown\.json\.tmp'$/)]);
});
