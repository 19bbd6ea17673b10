import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServeFailed } from '../../local/runtime/serve-process';
import { Laptop, until } from './laptop';
import { Load } from './load';
import { expectNothingLost } from './nothing-lost';
import { Random } from './random';
import { SinkFiles } from './sink-files';
import { StoredRecords } from './stored';

jest.setTimeout(10 * 60_000);

const PAGE_BYTES = 4096;

const random = new Random(7);
const laptop = new Laptop();
const load = new Load(random);
const kept = join(laptop.root, 'kept');

/** A laptop killed under load, with files closed, in the tables and behind the tables; kept to be torn again and again. */
beforeAll(async () => {
  await laptop.start();
  load.start(laptop.outputs);
  await until('100 requests are answered', () => load.answers >= 100);
  await fetch(`${laptop.server.viewsUrl}flush`, { method: 'POST' });
  const files = new SinkFiles(laptop.bucket);
  const before = files.count();
  await until('the sink has closed more files', () => files.count() > before);
  load.expectTheEnd();
  await laptop.kill();
  await load.stop();
  cpSync(laptop.data, kept, { recursive: true });
});
afterAll(() => laptop.remove());

/** Starts over the folder as `tear` leaves it. @returns `everything`, or the line with which it refused to start. */
async function startTorn(tear: () => void): Promise<string> {
  rmSync(laptop.data, { recursive: true });
  cpSync(kept, laptop.data, { recursive: true });
  tear();
  try {
    await laptop.start();
  } catch (error) {
    if (!(error instanceof ServeFailed)) throw error;
    return error.message.replaceAll(laptop.data, '<data>');
  }
  try {
    await expectNothingLost(laptop, load, {
      stored: new StoredRecords(),
      files: new SinkFiles(laptop.bucket),
      found: 0,
    });
  } finally {
    await laptop.kill();
  }
  return 'everything';
}

const path = (...names: string[]) => join(laptop.data, ...names);
const cut = (file: string, bytes: number) => truncateSync(file, statSync(file).size - bytes);
const spoil = (file: string, at: number, bytes: Buffer) => {
  const whole = readFileSync(file);
  whole.set(bytes, at);
  writeFileSync(file, whole);
};
const lastPage = (file: string) => statSync(file).size - PAGE_BYTES;
const NOISE = random.bytes(500);
const spoilEnd = (file: string) => spoil(file, statSync(file).size - NOISE.length, NOISE);
/** DuckDB's write-ahead log is a head of 8 bytes, then entries: their size and their checksum in 8 bytes each, then their content. */
const WAL_ENTRY = { size: 8, content: 8 + 8 + 8 };
/** The last file of some partition: the only one that a crash can tear. */
const lastDelivered = (folder: string): string => {
  const [partition] = readdirSync(folder).sort();
  const file = readdirSync(join(folder, partition!)).sort().at(-1)!;
  return join(folder, partition!, file);
};

const TEARS: Readonly<Record<string, (log: string) => void>> = {
  'its last page is cut off': (log) => cut(log, PAGE_BYTES),
  'its last page is torn': (log) => cut(log, random.between(1, PAGE_BYTES - 1)),
  'its last page is noise': (log) => spoil(log, lastPage(log), random.bytes(PAGE_BYTES)),
  'its last page is zero': (log) => spoil(log, lastPage(log), Buffer.alloc(PAGE_BYTES)),
};

describe.each(['kafka', 'kinesis'])('the %s log', (name) => {
  test.each(Object.keys(TEARS))('%s: it starts with everything, or says in a line what to do', async (tear) => {
    expect(await startTorn(() => TEARS[tear]!(path(name, 'log.mdb')))).toMatch(
      new RegExp(`^(everything|<data>/${name}: the log is damaged \\([^\\n]+\\); restore the folder, [^\\n]+)$`),
    );
  });
});

describe('the tables', () => {
  const REFUSED = /^<data>\/tables.duckdb: cannot open the tables: [^\n]+; remove the file to compute them anew$/;

  test.each<[string, (wal: string) => void]>([
    ['cut short', (wal) => truncateSync(wal, statSync(wal).size >> 1)],
    ['torn', (wal) => cut(wal, 100)],
    ['gone', (wal) => rmSync(wal)],
  ])('with a write-ahead log that is %s they start with everything', async (_, tear) => {
    expect(await startTorn(() => tear(path('tables.duckdb.wal')))).toBe('everything');
  });

  /** Checks that whoever removes the file, as the line says, has everything again. */
  const expectThatItHelps = async (tear: () => void) => {
    const obey = () => {
      tear();
      rmSync(path('tables.duckdb'));
    };
    expect(await startTorn(obey)).toBe('everything');
  };

  test.each<[string, string, () => void]>([
    ['a write-ahead log', 'changed', () => spoil(path('tables.duckdb.wal'), WAL_ENTRY.content, Buffer.from('?'))],
    ['a file', 'empty', () => truncateSync(path('tables.duckdb'), 100)],
  ])('with %s that is %s they say what to do, and it helps', async (_what, _how, tear) => {
    expect(await startTorn(tear)).toMatch(REFUSED);
    await expectThatItHelps(tear);
  });

  test('with a write-ahead log whose entry ends nowhere they start with everything, as with one that is cut short', async () => {
    const endless = Buffer.alloc(8, 0x7f);
    expect(await startTorn(() => spoil(path('tables.duckdb.wal'), WAL_ENTRY.size, endless))).toBe('everything');
  });

  test('with a write-ahead log that ends in noise they do one or the other: it depends on what the noise hits first', async () => {
    const tear = () => spoilEnd(path('tables.duckdb.wal'));
    const started = await startTorn(tear);
    if (started === 'everything') return;
    expect(started).toMatch(REFUSED);
    await expectThatItHelps(tear);
  });
});

describe('the files of the sink', () => {
  test('a temporary file that is noise is made anew', async () => {
    const parts = path('s3', '.uploads');
    mkdirSync(parts, { recursive: true });
    const torn = () => writeFileSync(join(parts, 'x.part'), random.bytes(1000));
    expect(await startTorn(torn)).toBe('everything');
  });

  test('a file that was delivered and then torn is named, and what to do', async () => {
    const tear = () => {
      const file = lastDelivered(path('s3', 'topics', laptop.outputs.topics.geo));
      truncateSync(file, statSync(file).size >> 1);
    };
    expect(await startTorn(tear)).toMatch(
      /^S3 sink: <data>\/s3\/topics\/\S+ was delivered with \d+ bytes and has \d+; restore it, or start again with an empty bucket and an empty log$/,
    );
  });
});
