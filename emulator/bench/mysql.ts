import { syntheticPosts } from '@pipeline/datasets/synthetic';
import type { Connection } from 'mysql2/promise';
import { connectMysql } from '../source/mysql-connection';
import { loadDatabase } from '../source/mysql-load';
import type { MysqlLogin } from '../source/mysql-login';
import { mysqlSource } from '../source/mysql-source';
import { stockOrder } from '../source/python-random';
import { type BenchRow, benchRow, median } from './row';

const POSTS = 11_154;
const ROUNDS = 5;

/** Posts per second read from a local server, three rows each, beside the stock emulator's loop of `LIMIT n, 1` queries. */
export async function benchMysql(login: MysqlLogin): Promise<BenchRow[]> {
  const connection = await connectMysql(login);
  try {
    await loadDatabase(connection, syntheticPosts({ seed: 100, posts: POSTS }), { replace: true });
    const ours: number[] = [];
    const stock: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await readAll(login));
      stock.push(await stockLoop(connection, 60));
    }
    return [
      benchRow(
        'MySQL source, three tables in key order',
        'posts/s',
        median(ours),
        median(stock),
        'LIMIT n, 1 one by one',
      ),
    ];
  } finally {
    connection.destroy();
  }
}

async function readAll(login: MysqlLogin): Promise<number> {
  const source = await mysqlSource('bench', () => connectMysql(login), { by: 'key' });
  try {
    const started = performance.now();
    let posts = 0;
    for await (const { records } of source.open({ posts: 0, lastKey: null })) if (records.length === 3) posts++;
    if (posts !== POSTS) throw new Error(`read ${posts} whole posts of ${POSTS}`);
    return perSecond(posts, started);
  } finally {
    await source.close();
  }
}

/** What the stock emulator does for a post, without its sleep and its new connection for each. */
async function stockLoop(connection: Connection, posts: number): Promise<number> {
  const rows = stockOrder(100);
  const started = performance.now();
  for (let i = 0; i < posts; i++) {
    const row = rows.next().value;
    for (const table of ['pinterest_data', 'geolocation_data', 'user_data']) {
      await connection.query(`SELECT * FROM ${table} LIMIT ${row}, 1`);
    }
  }
  return perSecond(posts, started);
}

function perSecond(count: number, startedMs: number): number {
  return (count / (performance.now() - startedMs)) * 1000;
}
