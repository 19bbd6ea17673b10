import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint, CheckpointFile, readCheckpoint } from './checkpoint';

const FIRST: Checkpoint = {
  version: 1,
  source: 'rows',
  posts: 0,
  lastKey: null,
  seconds: 0,
  complete: false,
  deadLetterBytes: 0,
  counts: [],
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a checkpoint holds something from its first instant, so that a sudden end leaves none or a whole one', () => {
  const file = join(folder, 'c.json');
  const checkpoint = new CheckpointFile(file, FIRST);
  expect(readCheckpoint(file, 'rows')).toEqual(FIRST);
  checkpoint.write({ ...FIRST, posts: 7, lastKey: 6 });
  checkpoint.close();
  expect(readCheckpoint(file, 'rows')).toEqual({ ...FIRST, posts: 7, lastKey: 6 });
  expect(readdirSync(folder)).toEqual(['c.json']);
});

test('one that is there is not written over by opening it', () => {
  const file = join(folder, 'c.json');
  new CheckpointFile(file, { ...FIRST, posts: 7 }).close();
  new CheckpointFile(file, FIRST).close();
  expect(readCheckpoint(file, 'rows')?.posts).toBe(7);
});

test('an empty file is of a replay that never began', () => {
  const file = join(folder, 'c.json');
  writeFileSync(file, '');
  expect(readCheckpoint(file, 'rows')).toBeUndefined();
  new CheckpointFile(file, FIRST).close();
  expect(readCheckpoint(file, 'rows')).toEqual(FIRST);
});

test('the longest that fits is kept whole; a longer one is refused, and the one before stays', () => {
  const file = join(folder, 'c.json');
  const withBytes = (bytes: number) => ({
    ...FIRST,
    source: 'x'.repeat(bytes - JSON.stringify({ ...FIRST, source: '' }).length),
  });
  const longest = withBytes(4_095);
  const checkpoint = new CheckpointFile(file, longest);
  expect(() => checkpoint.write(withBytes(4_096))).toThrow(`${file}: a checkpoint must fit 4096 bytes`);
  checkpoint.close();
  expect(statSync(file).size).toBe(4_096);
  expect(readCheckpoint(file, longest.source)).toEqual(longest);
});
