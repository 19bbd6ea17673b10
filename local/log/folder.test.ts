import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '.';

let folder: string;
const logs: Log[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-folder-'));
});

afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  rmSync(folder, { recursive: true });
});

async function opened(): Promise<Log> {
  const log = await openLog(folder);
  logs.push(log);
  return log;
}

/** A log of three batches, large enough that each has pages of its own, closed in good order. */
async function closedLog(): Promise<void> {
  const log = await opened();
  await log.createTopic('pin', { partitions: 1 });
  for (const letter of ['a', 'b', 'c']) {
    await log.append([{ topic: 'pin', partition: 0, records: [{ key: null, value: Buffer.alloc(20_000, letter) }] }]);
  }
  await log.close();
}

function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes.toString('latin1'), at, 'latin1');
  closeSync(file);
}

async function refusal(): Promise<{ name: string; message: string }> {
  const error = await opened().then(
    () => undefined,
    (reason: Error) => reason,
  );
  if (error === undefined) throw new Error('the folder was opened');
  expect(error.message).not.toContain('\n');
  return { name: error.name, message: error.message.replaceAll(folder, '<folder>') };
}

test('a folder with other things in it is left alone', async () => {
  writeFileSync(join(folder, 'thesis.doc'), 'x');
  expect(await refusal()).toEqual({
    name: 'LogFolderError',
    message: '<folder> is not a log: it holds thesis.doc but no log.json; choose an empty folder',
  });
  expect(readFileSync(join(folder, 'thesis.doc'), 'utf8')).toBe('x');
});

test('a file in the place of the folder is refused', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(openLog(join(folder, 'file'))).rejects.toMatchObject({ name: 'LogFolderError' });
});

test('a log of another version is refused with both versions', async () => {
  await closedLog();
  writeFileSync(join(folder, 'log.json'), '{"format":"pipeline topic log","version":7,"ready":true}');
  expect((await refusal()).message).toMatch(/^<folder> was written by version 7 of the log, but this is version 1; /);
});

test.each(['', '{', 'null', '{"format":"other","version":1}'])('a marker of %j is refused', async (text) => {
  writeFileSync(join(folder, 'log.json'), text);
  expect(await refusal()).toEqual({
    name: 'LogFolderError',
    message: '<folder>/log.json was not written by this program; choose an empty folder',
  });
});

test('a folder whose first opening was cut short is opened', async () => {
  writeFileSync(join(folder, 'log.json.new'), '{"for');
  writeFileSync(join(folder, 'lock'), '');
  await closedLog();
  writeFileSync(join(folder, 'log.json'), '{"format":"pipeline topic log","version":1,"ready":false}');
  writeFileSync(join(folder, 'log.mdb'), 'half a page');
  expect((await opened()).topics()).toEqual([]);
});

test('a second opener is refused by name', async () => {
  await opened();
  expect(await refusal()).toEqual({
    name: 'FolderInUseError',
    message: '<folder> is open in this process already; close it first',
  });
});

describe('a damaged log is refused with one line', () => {
  test('the store is missing', async () => {
    await closedLog();
    rmSync(join(folder, 'log.mdb'));
    expect(await refusal()).toEqual({
      name: 'LogFolderError',
      message:
        '<folder>: the log is damaged (log.mdb is missing); restore the folder, or remove it to begin with an empty log',
    });
  });

  test.each([4096, 20_000])('%d bytes are cut off its end', async (bytes) => {
    await closedLog();
    const path = join(folder, 'log.mdb');
    truncateSync(path, statSync(path).size - bytes);
    expect((await refusal()).message).toMatch(/^<folder>: the log is damaged \(.+\); restore/);
  });

  test('the store is empty', async () => {
    await closedLog();
    truncateSync(join(folder, 'log.mdb'));
    expect((await refusal()).message).toMatch(/^<folder>: the log is damaged \(log.mdb is empty\); restore/);
  });

  test('a batch has one other byte', async () => {
    await closedLog();
    const path = join(folder, 'log.mdb');
    const at = readFileSync(path).lastIndexOf('bbbb');
    overwrite(path, at, Buffer.from('x'));
    expect(await refusal()).toEqual({
      name: 'LogFolderError',
      message:
        '<folder>: the log is damaged (the batch that ends at offset 1 fails its checksum); restore the folder, or remove it to begin with an empty log',
    });
  });

  test.each([
    ['whole', 0],
    ['behind its first sector', 512],
  ])('a page is zero (%s): the log opens with everything or not at all', async (_, from) => {
    await closedLog();
    const path = join(folder, 'log.mdb');
    const sound = readFileSync(path).toString('latin1');
    const pages = sound.length / 4096;
    let refused = 0;
    // Each look is a process of its own, so a few pages only: lmdb's own are among the first ten and at the end.
    for (const page of [0, 5, 7, pages - 1]) {
      writeFileSync(path, sound, 'latin1');
      overwrite(path, page * 4096 + from, Buffer.alloc(4096 - from));
      const log = await openLog(folder).catch((error: Error) => error);
      if (log instanceof Error) {
        expect(log.message).toMatch(/: the log is damaged \(.+\); restore/);
        refused += 1;
      } else {
        const letters = log.read('pin', 0, 0, { maxRecords: 9 }).map(({ value }) => value!.toString('latin1'));
        await log.close();
        expect(letters).toEqual(['a'.repeat(20_000), 'b'.repeat(20_000), 'c'.repeat(20_000)]);
      }
    }
    expect(refused).toBeGreaterThan(1);
  });
});

test('with too little room on the disk an append is refused, and the log goes on when there is room', async () => {
  const log = await openLog(folder, { minFreeBytes: 2 ** 60 });
  logs.push(log);
  await log.createTopic('pin', { partitions: 1 });
  const append = log.append([{ topic: 'pin', partition: 0, records: [{ key: null, value: Buffer.from('a') }] }]);
  const error = await append.catch((reason: Error) => reason);
  expect([(error as Error).name, (error as Error).message.replace(/ has \d+ /, ' has n ')]).toEqual([
    'LogFullError',
    `${folder}: the disk has n MiB free and the log keeps 1099511627776 MiB of it free; the records were not stored, free some space`,
  ]);
  expect(log.endOffset('pin', 0)).toBe(0);
  await log.close();
  const again = await opened();
  expect(
    await again.append([{ topic: 'pin', partition: 0, records: [{ key: null, value: Buffer.from('b') }] }]),
  ).toMatchObject([{ baseOffset: 0 }]);
});

test('with fsync the log works the same, and either kind opens what the other wrote', async () => {
  const synced = await openLog(folder, { fsync: true });
  await synced.createTopic('pin', { partitions: 1 });
  await synced.append([{ topic: 'pin', partition: 0, records: [{ key: null, value: Buffer.from('a') }] }]);
  await synced.close();
  const log = await opened();
  await log.append([{ topic: 'pin', partition: 0, records: [{ key: null, value: Buffer.from('b') }] }]);
  await log.close();
  const again = await openLog(folder, { fsync: true });
  logs.push(again);
  expect(again.read('pin', 0, 0, { maxRecords: 9 }).map(({ value }) => String(value))).toEqual(['a', 'b']);
});
