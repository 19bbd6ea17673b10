import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeOutputs } from '@pipeline/cli/outputs';
import { DATASETS, type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import { type Post, syntheticPosts } from '@pipeline/datasets/synthetic';
import type { Connection } from 'mysql2/promise';
import type { ReplayPost, ResumePoint } from '../send/replay-options';
import { describeWithMariadb, type Mariadb, startMariadb } from '../testing/mariadb';
import { pipelineServer } from '../testing/pipeline-server';
import { connectMysql } from './mysql-connection';
import { loadDatabase } from './mysql-load';
import { mysqlSource } from './mysql-source';
import type { Order } from './source';

/** The tables whose rows a test takes away or repeats. */
const SPOILT: readonly Dataset[] = ['pin', 'geo', 'user'];
const BEGINNING: ResumePoint = { posts: 0, lastKey: null };

describeWithMariadb('a MariaDB server as source', () => {
  let certificates: string;
  let server: Mariadb;
  let connection: Connection;

  beforeAll(async () => {
    certificates = mkdtempSync(path.join(tmpdir(), 'certificate-'));
    const file = (name: string) => path.join(certificates, name);
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=db.example.org'],
        ...['-addext', 'subjectAltName=DNS:db.example.org', '-keyout', file('key.pem'), '-out', file('cert.pem')],
      ],
      { stdio: 'ignore' },
    );
    server = await startMariadb([`--ssl-cert=${file('cert.pem')}`, `--ssl-key=${file('key.pem')}`]);
    connection = await connectMysql(server.login);
  }, 90_000);

  afterAll(async () => {
    connection?.destroy();
    await server?.stop();
    rmSync(certificates, { recursive: true, force: true });
  });

  async function given(posts: Iterable<Post>): Promise<void> {
    await loadDatabase(connection, posts, { replace: true });
  }

  async function read(order: Order, resume = BEGINNING, count = Number.POSITIVE_INFINITY): Promise<ReplayPost[]> {
    const source = await mysqlSource('test', () => connectMysql(server.login), order);
    try {
      const posts: ReplayPost[] = [];
      for await (const post of source.open(resume)) {
        posts.push(post);
        if (posts.length === count) break;
      }
      return posts;
    } finally {
      await source.close();
    }
  }

  test('what was loaded is read back as it was generated, over several pages', async () => {
    const posts = [...syntheticPosts({ seed: 100, posts: 4_100 })];
    await given(posts);
    const back = await read({ by: 'key' });
    expect(back.map((post) => JSON.stringify(post))).toEqual(posts.map((post) => JSON.stringify(post)));
  });

  test('reading goes on behind a key', async () => {
    await given(syntheticPosts({ seed: 100, posts: 100 }));
    const rest = await read({ by: 'key' }, { posts: 97, lastKey: 96 });
    expect(rest.map(({ key }) => key)).toEqual([97, 98, 99]);
  });

  test('a row without partners travels alone, and every row of a key that occurs twice travels', async () => {
    await given(syntheticPosts({ seed: 100, posts: 4 }));
    await connection.query('DELETE FROM pinterest_data WHERE `index` = 1');
    await connection.query('DELETE FROM geolocation_data WHERE ind IN (2, 3)');
    await connection.query('ALTER TABLE user_data DROP PRIMARY KEY');
    await connection.query('INSERT INTO user_data SELECT * FROM user_data WHERE ind = 2');
    const posts = await read({ by: 'key' });
    expect(
      posts.map(({ key, records }) => [
        key,
        records.map(({ dataset }) => dataset).filter((dataset) => SPOILT.includes(dataset)),
      ]),
    ).toEqual([
      [0, SPOILT],
      [1, ['geo', 'user']],
      [2, ['pin', 'user', 'user']],
      [3, ['pin', 'user']],
    ]);
  });

  test('a key with more rows than a page holds loses none', async () => {
    await given(syntheticPosts({ seed: 100, posts: 3 }));
    await connection.query('ALTER TABLE user_data DROP PRIMARY KEY');
    for (let doubling = 0; doubling < 12; doubling++) {
      await connection.query('INSERT INTO user_data SELECT * FROM user_data WHERE ind = 1');
    }
    const posts = await read({ by: 'key' });
    expect(posts.map(({ key, records }) => [key, records.length])).toEqual([
      [0, DATASETS.length],
      [1, DATASETS.length + 4_095],
      [2, DATASETS.length],
    ]);
  });

  test('rows without a key are refused, because no post would ever show them', async () => {
    await given(syntheticPosts({ seed: 100, posts: 2 }));
    await connection.query('ALTER TABLE user_data DROP PRIMARY KEY, MODIFY ind BIGINT NULL');
    await connection.query('UPDATE user_data SET ind = NULL WHERE ind = 1');
    await expect(read({ by: 'key' })).rejects.toThrow('user_data has 1 rows whose ind is NULL');
  });

  test('NULL, emoji, quotes and the single precision of coordinates survive', async () => {
    await given(syntheticPosts({ seed: 100, posts: 1 }));
    await connection.query('UPDATE pinterest_data SET title = \'📌 "naïve"\', description = NULL');
    await connection.query("UPDATE geolocation_data SET latitude = -89.9787, `timestamp` = '2020-08-28 03:52:47'");
    const [post] = await read({ by: 'key' });
    expect(post!.records[0]!.value).toMatchObject({ index: 0, title: '📌 "naïve"', description: null });
    expect(post!.records[1]!.value).toMatchObject({ ind: 0, latitude: -89.9787, timestamp: '2020-08-28T03:52:47Z' });
  });

  test('random order is the stock emulator’s, and goes on where it was', async () => {
    const drawn = new Set([7528, 2863, 5730, 8304, 8731, 1313, 4315, 10794]);
    await given([...syntheticPosts({ seed: 100, posts: 11_154 })].filter(({ key }) => drawn.has(key)));
    const order = { by: 'random', seed: 100 } as const;
    const keys = (posts: ReplayPost[]) => posts.map(({ key }) => key);
    expect(keys(await read(order, BEGINNING, 8))).toEqual([7528, 2863, 5730, 8304, 8731, 1313, 4315, 10794]);
    expect(keys(await read(order, { posts: 5, lastKey: 8731 }, 3))).toEqual([1313, 4315, 10794]);
    const [first] = await read(order, BEGINNING, 1);
    expect(first!.records.map(({ dataset, key }) => [dataset, key])).toEqual(
      DATASETS.map((dataset) => [dataset, '7528']),
    );
  });

  test('order of time follows the geo rows', async () => {
    await given(syntheticPosts({ seed: 100, posts: 50 }));
    await connection.query("UPDATE geolocation_data SET `timestamp` = '2001-02-03 04:05:06' WHERE ind = 33");
    const posts = await read({ by: 'time' });
    expect(posts).toHaveLength(50);
    expect(posts[0]).toMatchObject({ key: 33, at: Date.parse('2001-02-03T04:05:06Z') });
    const times = posts.map(({ at }) => at!);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('tables that are there already are kept, unless they are to be replaced', async () => {
    await given(syntheticPosts({ seed: 100, posts: 2 }));
    await expect(loadDatabase(connection, syntheticPosts({ seed: 1, posts: 1 }))).rejects.toThrow(
      'the database has a table pinterest_data already; --replace drops it',
    );
    expect(await read({ by: 'key' })).toHaveLength(2);
  });

  test('a server that goes away in mid-read ends the reading with an error', async () => {
    await given(syntheticPosts({ seed: 100, posts: 6_500 }));
    const readers: number[] = [];
    const connect = async () => {
      const reader = await connectMysql(server.login);
      readers.push(reader.threadId);
      return reader;
    };
    const source = await mysqlSource('test', connect, { by: 'key' });
    let posts = 0;
    const reading = (async () => {
      for await (const _ of source.open(BEGINNING)) {
        if (posts++ === 0) for (const id of readers) await connection.query(`KILL CONNECTION ${id}`);
      }
    })();
    await expect(reading).rejects.toThrow(/connection|closed|ECONNRESET|killed|interrupted/i);
    expect(posts).toBeLessThan(6_500);
    await source.close();
  });

  test('npm run seed-database loads a database, and emulate sends it from there', async () => {
    const url = `mysql://root@127.0.0.1:${server.login.port}/pinterest_data`;
    const seeded = run('seed-database.ts', ['--into', url, '--posts', '40', '--seed', '9', '--replace']);
    expect(seeded).toBe(
      `40 posts are in ${url}: ${DATASETS.map((dataset) => SCHEMAS[dataset].sourceTable).join(', ')}\n`,
    );
    const api = await pipelineServer();
    writeOutputs({ env: 'local', userId: 'u1', ...api.target }, certificates);
    const child = spawn(process.execPath, [
      ...['--import', 'tsx', path.join(__dirname, '../emulate.ts'), '--source', url, '--json'],
      ...['--outputs', certificates, '--state', path.join(certificates, 'state')],
    ]);
    const code = await new Promise((resolve) => child.on('close', resolve));
    await api.close();
    expect(code).toBe(0);
    const pins = api.stored.filter(({ name }) => name === 'streaming-u1-pin').map(({ value }) => value);
    const sent = [...syntheticPosts({ seed: 9, posts: 40 })].map(({ records }) => records[0]!.value);
    expect(pins).toHaveLength(40);
    expect(pins).toEqual(expect.arrayContaining(sent));
  });

  function run(program: string, args: readonly string[]): string {
    return execFileSync(process.execPath, ['--import', 'tsx', path.join(__dirname, '..', program), ...args], {
      encoding: 'utf8',
    });
  }

  describe('TLS', () => {
    const named = () => ({ ...server.login, host: 'db.example.org' });
    const caFile = () => path.join(certificates, 'cert.pem');

    async function cipher(tls: Parameters<typeof connectMysql>[1], login = named()): Promise<string> {
      const secure = await connectMysql(login, { tunnelPort: server.login.port, ...tls });
      const [rows] = await secure.query("SHOW STATUS LIKE 'Ssl_cipher'");
      secure.destroy();
      return (rows as { Value: string }[])[0]!.Value;
    }

    test('is on for a host that is not this machine, through a tunnel too', async () => {
      expect(await cipher({ caFile: caFile() })).toMatch(/AES|CHACHA/);
    });

    test('is off for this machine', async () => {
      expect(await cipher({}, server.login)).toBe('');
    });

    test('refuses a certificate of an unknown authority', async () => {
      await expect(cipher({})).rejects.toThrow(
        /mysql:\/\/root@db\.example\.org.* cannot be opened: self.signed certificate/,
      );
    });

    test('refuses a certificate of another name', async () => {
      const login = { ...named(), host: 'other.example.org' };
      await expect(cipher({ caFile: caFile() }, login)).rejects.toThrow(
        /Hostname\/IP does not match certificate's altnames/,
      );
    });
  });

  test('a wrong password is told without the password', async () => {
    await connection.query("CREATE USER 'careful'@'127.0.0.1' IDENTIFIED BY 'right'");
    const failure = await connectMysql({ ...server.login, user: 'careful', password: 's3cret!' }).catch(
      (error: Error) => error,
    );
    expect(String(failure)).toMatch(
      /mysql:\/\/careful@127\.0\.0\.1:\d+\/pinterest_data cannot be opened: Access denied/,
    );
    expect(JSON.stringify(failure) + String(failure)).not.toContain('s3cret!');
  });
});
