import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from './data-folder';

const DEV = { env: 'dev', userId: 'ada' };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'data-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a folder is made, and found again with its identity and its source', () => {
  const first = DataFolder.open(join(root, 'new'), DEV);
  first.noteReplay({ seed: 7, posts: 3, hardMode: true });
  const again = DataFolder.open(join(root, 'new'), DEV);
  expect(again.id).toBe(first.id);
  expect(again.replayed).toEqual({ seed: 7, posts: 3, hardMode: true });
});

test('another source in the same folder is refused with both named', () => {
  const folder = DataFolder.open(join(root, 'd'), DEV);
  folder.noteReplay({ seed: 100, posts: 11154, hardMode: false });
  expect(() => folder.noteReplay({ seed: 100, posts: 11154, hardMode: true })).toThrow(
    `${join(root, 'd')} holds 11154 posts of seed 100, not 11154 posts of seed 100 in hard mode; pass --reset to begin anew, or --data with another folder`,
  );
});

test('records of another user are refused', () => {
  DataFolder.open(join(root, 'd'), DEV);
  expect(() => DataFolder.open(join(root, 'd'), { env: 'prod', userId: 'bob' })).toThrow(
    `${join(root, 'd')} holds records of environment 'dev' (userId ada), not of 'prod' (userId bob)`,
  );
});

test('somebody else’s folder is neither used nor deleted', () => {
  writeFileSync(join(root, 'thesis.txt'), 'years of work');
  const refusal = `${root} is not empty and was not made by this pipeline (it has no pipeline.json)`;
  expect(() => DataFolder.open(root, DEV)).toThrow(refusal);
  expect(() => DataFolder.reset(root)).toThrow(refusal);
  expect(readdirSync(root)).toEqual(['thesis.txt']);
});

test('a file where the folder should be is refused', () => {
  writeFileSync(join(root, 'f'), '');
  expect(() => DataFolder.open(join(root, 'f'), DEV)).toThrow(
    `${join(root, 'f')} is not a folder; pass --data with a folder`,
  );
});

test('a reset deletes a folder of ours, a broken one too, and does nothing where none is', () => {
  const path = join(root, 'd');
  DataFolder.open(path, DEV);
  mkdirSync(join(path, 'kafka'));
  writeFileSync(join(path, 'pipeline.json'), '{"format":');
  expect(() => DataFolder.open(path, DEV)).toThrow(
    `${join(path, 'pipeline.json')} cannot be read as this pipeline's; pass --reset to begin anew`,
  );
  DataFolder.reset(path);
  expect(readdirSync(root)).toEqual([]);
  DataFolder.reset(path);
});
