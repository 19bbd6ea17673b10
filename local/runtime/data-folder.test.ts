import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from './data-folder';

const DEV = { env: 'dev', userId: 'ada' };
let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'data-folder-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Holds the folder for a moment, as a run that ends at once does. */
async function held(path: string, options?: { reset: boolean }): Promise<DataFolder> {
  const { folder, release } = await DataFolder.hold(path, DEV, options);
  release();
  return folder;
}

test('a folder is made, and found again with its identity and its source', async () => {
  const first = await held(join(root, 'new'));
  first.noteReplay({ seed: 7, posts: 3, hardMode: true }, true);
  for (const again of [await held(join(root, 'new')), DataFolder.open(join(root, 'new'), DEV)]) {
    expect(again.id).toBe(first.id);
    expect(again.replayed).toEqual({ seed: 7, posts: 3, hardMode: true });
  }
});

test('who serves a folder learns which source somebody else replays into it', async () => {
  const serving = await held(join(root, 'd'));
  expect(serving.replayed).toBeUndefined();
  DataFolder.open(join(root, 'd'), DEV).noteReplay({ seed: 7, posts: 3, hardMode: true }, true);
  expect(serving.replayed).toEqual({ seed: 7, posts: 3, hardMode: true });
});

test('another source in the same folder is refused with both named', async () => {
  const folder = await held(join(root, 'd'));
  folder.noteReplay({ seed: 100, posts: 11154, hardMode: false }, true);
  expect(() => folder.noteReplay({ seed: 100, posts: 11154, hardMode: true }, false)).toThrow(
    `${join(root, 'd')} holds 11154 posts of seed 100, not 11154 posts of seed 100 in hard mode; pass --reset to begin anew, or --data with another folder`,
  );
});

test('a start that came to nothing claims nothing', async () => {
  const folder = await held(join(root, 'd'));
  folder.noteReplay({ seed: 100, posts: 5000, hardMode: false }, true);
  folder.noteReplay({ seed: 7, posts: 3, hardMode: false }, true);
  expect(folder.replayed).toEqual({ seed: 7, posts: 3, hardMode: false });
});

test('records of another user are refused', async () => {
  await held(join(root, 'd'));
  const refusal = `${join(root, 'd')} holds records of environment 'dev' (userId ada), not of 'prod' (userId bob)`;
  await expect(DataFolder.hold(join(root, 'd'), { env: 'prod', userId: 'bob' })).rejects.toThrow(refusal);
  expect(() => DataFolder.open(join(root, 'd'), { env: 'prod', userId: 'bob' })).toThrow(refusal);
});

test('somebody else’s folder is neither used nor deleted, and gets no file of ours', async () => {
  writeFileSync(join(root, 'thesis.txt'), 'years of work');
  const refusal = `${root} is not empty and was not made by this pipeline (it has no pipeline.json)`;
  await expect(held(root)).rejects.toThrow(refusal);
  await expect(held(root, { reset: true })).rejects.toThrow(refusal);
  expect(() => DataFolder.open(root, DEV)).toThrow(refusal);
  expect(readdirSync(root)).toEqual(['thesis.txt']);
});

test('a file where the folder should be is refused, and so is a place where nothing can be made', async () => {
  writeFileSync(join(root, 'f'), '');
  await expect(held(join(root, 'f'))).rejects.toThrow(`${join(root, 'f')} is not a folder; pass --data with a folder`);
  await expect(held(join(root, 'f', 'g'))).rejects.toThrow('is not a folder; pass --data with a folder');
  const long = join(root, 'n'.repeat(300));
  await expect(held(long)).rejects.toThrow(
    `${long} cannot be made (ENAMETOOLONG); pass --data with a folder that you may write to`,
  );
});

// A place in which Node's own recursive making never ends.
(process.platform === 'linux' ? test : test.skip)('Linux: a folder of the kernel is refused at once', async () => {
  const kernels = join('/', 'proc', 'pipeline');
  await expect(held(kernels)).rejects.toThrow(
    /cannot be made \(E\w+\); pass --data with a folder that you may write to/,
  );
});

test('where nothing was made there is nothing to open', () => {
  expect(() => DataFolder.open(join(root, 'none'), DEV)).toThrow('run npm start first');
});

test('a reset deletes what is in a folder of ours, a broken one too', async () => {
  const path = join(root, 'd');
  const before = await held(path);
  mkdirSync(join(path, 'kafka'));
  writeFileSync(join(path, 'pipeline.json'), '{"format":');
  await expect(held(path)).rejects.toThrow(
    `${join(path, 'pipeline.json')} cannot be read as this pipeline's; pass --reset to begin anew`,
  );
  const after = await held(path, { reset: true });
  expect(after.id).not.toBe(before.id);
  expect(existsSync(join(path, 'kafka'))).toBe(false);
});

test('a folder that is held is not reset', async () => {
  const path = join(root, 'd');
  const { folder, release } = await DataFolder.hold(path, DEV);
  mkdirSync(join(path, 'kafka'));
  await expect(held(path, { reset: true })).rejects.toThrow(`${path} is open in this process already`);
  expect(existsSync(join(path, 'kafka'))).toBe(true);
  release();
  expect((await held(path)).id).toBe(folder.id);
});

test('a link to a folder stays one', async () => {
  mkdirSync(join(root, 'disk'));
  symlinkSync(join(root, 'disk'), join(root, 'link'));
  await held(join(root, 'link'));
  await held(join(root, 'link'), { reset: true });
  expect(lstatSync(join(root, 'link')).isSymbolicLink()).toBe(true);
  expect(readdirSync(join(root, 'disk'))).toContain('pipeline.json');
});

test('a marker that a full disk kept from its name is in nobody’s way', async () => {
  const path = join(root, 'd');
  mkdirSync(path);
  writeFileSync(join(path, 'pipeline.json.tmp'), '{"for');
  expect((await held(path)).replayed).toBeUndefined();
});

test.each(['kafka', 'kinesis', 's3'])('a %s/ that was there and is gone is told', async (part) => {
  const path = join(root, 'd');
  const folder = await held(path);
  for (const made of ['kafka', 'kinesis', 's3']) mkdirSync(join(path, made));
  folder.noteParts();
  await held(path);
  rmSync(join(path, part), { recursive: true });
  await expect(held(path)).rejects.toThrow(`${join(path, part)}/ is gone, with the records in it; put it back`);
  await held(path, { reset: true });
});

test('a folder whose topics are in a Kafka is refused without it, and with another', async () => {
  const path = join(root, 'kafka');
  const first = await held(path);
  first.noteTopics('c1');
  mkdirSync(first.kafkaLog);
  first.noteParts();
  const again = await held(path);
  expect(() => again.noteTopics('c1')).not.toThrow();
  expect(() => again.noteTopics(undefined)).toThrow(
    `${path} has its topics in the Kafka cluster c1, not in itself; pass --data with another folder, or --reset to begin anew`,
  );
  expect(() => again.noteTopics('c2')).toThrow('in the Kafka cluster c1, not in the Kafka cluster c2');
});

test('a folder that keeps its topics itself takes no Kafka', async () => {
  const path = join(root, 'log');
  const first = await held(path);
  first.noteTopics(undefined);
  mkdirSync(first.kafkaLog);
  first.noteParts();
  const again = await held(path);
  expect(() => again.noteTopics('c1')).toThrow('has its topics in itself, not in the Kafka cluster c1');
});
