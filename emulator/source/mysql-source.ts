import { DATASETS, type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import type { Connection } from 'mysql2/promise';
import type { ReplayPost, ReplayRecord, ResumePoint } from '../send/replay-options';
import { MysqlTable, type Row } from './mysql-table';
import { stockOrder } from './python-random';
import { type Order, orderName, type Source } from './source';

/** Keys that one round of queries looks up, where posts are not read in key order. */
const LOOKUP = 500;

/** Opens one of the three connections that a source reads over, one for each table. */
export type Connect = () => Promise<Connection>;

/**
 * The three tables of a MySQL or MariaDB database, read as posts: the rows of one key travel together, and a row whose partners are
 * missing travels alone.
 *
 * @param name of the database, without the password
 * @throws Error when a table is missing, or holds rows without a key
 */
export async function mysqlSource(name: string, connect: Connect, order: Order): Promise<Source> {
  const connections: Connection[] = [];
  const close = async () => {
    for (const connection of connections) connection.destroy();
  };
  try {
    for (const _ of DATASETS) connections.push(await connect());
    const tables = DATASETS.map((dataset, i) => new MysqlTable(connections[i]!, SCHEMAS[dataset]));
    await Promise.all(tables.map((table) => table.refuseRowsWithoutKey()));
    const posts = order.by === 'random' ? undefined : await tables[0]!.count();
    return {
      name: `${name}, ${orderName(order)}`,
      posts,
      open: (resume) => inOrder(tables, order, resume),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function inOrder(tables: MysqlTable[], order: Order, resume: ResumePoint): AsyncIterable<ReplayPost> {
  switch (order.by) {
    case 'key':
      return inKeyOrder(tables, resume.lastKey);
    case 'random':
      return lookedUp(tables, stockOrder(order.seed), resume.posts);
    case 'time':
      return inTimeOrder(tables, resume.posts);
  }
}

/** Merges the three tables by key. */
async function* inKeyOrder(tables: MysqlTable[], afterKey: number | null): AsyncGenerator<ReplayPost> {
  const readers = tables.map((table) => table.readFrom(afterKey));
  for (;;) {
    for (const reader of readers) if (reader.key === undefined) await reader.fill();
    const key = Math.min(...readers.map((reader) => reader.key ?? Number.POSITIVE_INFINITY));
    if (key === Number.POSITIVE_INFINITY) return;
    const records: ReplayRecord[] = [];
    for (let i = 0; i < readers.length; i++) {
      const reader = readers[i]!;
      while (reader.key === key) {
        records.push(recordOf(DATASETS[i]!, key, reader.take()));
        if (reader.key === undefined) await reader.fill();
      }
    }
    yield { key, records };
  }
}

/** Posts of the given keys, in their order; keys that no table has are left out, like a row beyond the stock emulator's table. */
async function* lookedUp(tables: MysqlTable[], keys: Iterable<number>, skip: number): AsyncGenerator<ReplayPost> {
  let position = 0;
  for await (const post of inChunks(tables, keys)) if (position++ >= skip) yield post;
}

async function* inChunks(tables: MysqlTable[], keys: Iterable<number>): AsyncGenerator<ReplayPost> {
  let chunk: number[] = [];
  for (const key of keys) {
    chunk.push(key);
    if (chunk.length < LOOKUP) continue;
    yield* await lookUp(tables, chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield* await lookUp(tables, chunk);
}

async function lookUp(tables: MysqlTable[], keys: readonly number[]): Promise<ReplayPost[]> {
  const rows = await Promise.all(tables.map((table) => table.rowsOf([...new Set(keys)])));
  return keys.flatMap((key) => {
    const records = rows.flatMap((byKey, i) => (byKey.get(key) ?? []).map((row) => recordOf(DATASETS[i]!, key, row)));
    return records.length === 0 ? [] : [{ key, records }];
  });
}

async function* inTimeOrder(tables: MysqlTable[], skip: number): AsyncGenerator<ReplayPost> {
  const geo = tables[DATASETS.indexOf('geo')]!;
  const times = await geo.keysByTime('timestamp');
  const atOf = new Map(times.map(({ key, at }) => [key, at]));
  const keys = times.slice(skip).map(({ key }) => key);
  for await (const post of inChunks(tables, keys)) yield { ...post, at: atOf.get(post.key)! };
}

function recordOf(dataset: Dataset, key: number, row: Row): ReplayRecord {
  return { dataset, key: String(key), value: row };
}
