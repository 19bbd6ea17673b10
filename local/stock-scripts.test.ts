import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATASETS, type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import { questions } from '@pipeline/datasets/sql';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import type { Connection } from 'mysql2/promise';
import { connectMysql } from '../emulator/source/mysql-connection';
import { loadDatabase } from '../emulator/source/mysql-load';
import { stockOrder } from '../emulator/source/python-random';
import { describeWithMariadb, type Mariadb, startMariadb } from '../emulator/testing/mariadb';
import { judgeAnswers } from './report/judged-answers';
import { ViewsClient } from './report/views-client';
import { synthesizedTemplates } from './runtime/assembly';
import { DataFolder, type HeldDataFolder } from './runtime/data-folder';
import { readEnvironment } from './runtime/environment';
import { DEFAULT_SOURCE } from './runtime/observe/judgements';
import { type Runtime, startRuntime } from './runtime/runtime';

jest.setTimeout(240_000);

const POSTS = 700;
type Row = Record<string, unknown>;

/** As a script's database client gives a time: text or a date, here always as yyyy-mm-dd hh:mm:ss. */
const timeOf = (value: unknown) =>
  (value instanceof Date ? value.toISOString() : String(value)).replace('T', ' ').slice(0, 19);
const isTime = (column: string) => column === 'timestamp' || column === 'date_joined';
const mapped = (row: Row, change: (column: string, value: unknown) => [string, unknown]) =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => change(column, value)));

/** json.dumps: blanks after comma and colon, and everything beyond ASCII escaped. */
function dumps(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([name, each]) => `${dumps(name)}: ${dumps(each)}`)
      .join(', ')}}`;
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What a kind of script makes of a database row for one layer; undefined where its request is lost. */
type Script = (dataset: Dataset, row: Row, layer: 'batch' | 'speed', nth: number) => Row | undefined;

const SCRIPTS: Readonly<Record<string, Script>> = {
  // json.dumps(…, default=str) of the row as it came.
  'writes times by str()': (_, row) => mapped(row, (column, value) => [column, isTime(column) ? timeOf(value) : value]),
  // A payload built by hand: one name for the key in every feed, times as the United States write them, numbers as text.
  'builds its payload by hand': (dataset, row) =>
    mapped(row, (column, value) => {
      if (column === 'index' || column === 'ind') return [dataset === 'pin' ? 'ind' : 'index', value];
      if (isTime(column)) {
        const [year, month, day, time] = timeOf(value).split(/[- ]/);
        return [column, `${month}/${day}/${year}, ${time}`];
      }
      return [column, typeof value === 'number' ? String(value) : value];
    }),
  // One form for each layer, and now and then a request that fails and is not sent again: pins stay without their users.
  'loses requests': (dataset, row, layer, nth) =>
    dataset === 'user' && nth % 50 === 7
      ? undefined
      : mapped(row, (column, value) => {
          if (!isTime(column)) return [column, value];
          const text = timeOf(value);
          return [column, layer === 'batch' ? text.replace(/^(\d+)-(\d+)-/, '$1:$2:') : text.replace(' ', 'T')];
        }),
};

describeWithMariadb('random draws from a seeded database, one post a request, stopped after 700 posts', () => {
  let root: string;
  let server: Mariadb;
  let connection: Connection;
  let runtime: Runtime | undefined;
  let held: HeldDataFolder | undefined;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'stock-'));
    server = await startMariadb();
    connection = await connectMysql(server.login);
    await loadDatabase(connection, syntheticPosts(DEFAULT_SOURCE), { replace: true });
  });
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
    held?.release();
    held = undefined;
  });
  afterAll(async () => {
    connection?.destroy();
    await server?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  async function send(url: string, method: string, type: string, body: unknown): Promise<void> {
    const response = await fetch(url, { method, headers: { 'content-type': type }, body: dumps(body) });
    expect([url, response.status]).toEqual([url, 200]);
    await response.arrayBuffer();
  }

  test.each(Object.entries(SCRIPTS))('a script that %s ends in right answers', async (name, script) => {
    const templates = await synthesizedTemplates('dev');
    const environment = readEnvironment('dev', templates);
    held = await DataFolder.hold(join(root, name), environment);
    const { folder } = held;
    runtime = await startRuntime({
      ...{ environment, templates, folder, port: 0, auth: 'none', limits: 'off', fsync: false },
      tell: (line) => {
        throw new Error(line);
      },
    });
    const { topics, streams } = environment.names;
    let nth = 0;
    for (const place of stockOrder(100)) {
      if (nth === POSTS) break;
      const post = DATASETS.map(async (dataset) => {
        const { sourceTable, sourceKey } = SCHEMAS[dataset];
        // A row's place is its key, and finding it by its key takes no scan.
        const [found] = await connection.query(`SELECT * FROM ${sourceTable} WHERE \`${sourceKey}\` = ${place}`);
        const row = (found as Row[])[0]!;
        const batch = script(dataset, row, 'batch', nth);
        const speed = script(dataset, row, 'speed', nth);
        if (batch)
          await send(`${runtime!.apiUrl}topics/${topics[dataset]}`, 'POST', 'application/vnd.kafka.json.v2+json', {
            records: [{ value: batch }],
          });
        if (speed)
          await send(`${runtime!.apiUrl}streams/${streams[dataset]}/record`, 'PUT', 'application/json', {
            StreamName: streams[dataset],
            Data: speed,
            PartitionKey: 'partition-1',
          });
      });
      await Promise.all(post);
      nth += 1;
    }
    const client = new ViewsClient(runtime.viewsUrl);
    const stages = await client.flush();
    expect(stages.batch.pin).toMatchObject({ stored: POSTS, quarantined: 0 });
    const computed = { answers: await client.answers() };
    const { checks, judgement } = await judgeAnswers({ client, computed, source: DEFAULT_SOURCE, replayed: false });
    expect(judgement!.others).toEqual([]);
    // Drawn with repeats, so fewer keys than posts.
    expect(judgement!.arrived.batch.pin).toBeGreaterThan(650);
    expect(judgement!.arrived.batch.pin).toBe(stages.batch.pin.clean);
    expect(Object.keys(checks!)).toEqual(questions().map((question) => question.name));
    const layers = Object.values(checks!).flatMap((byLayer) => Object.values(byLayer).map(({ golden }) => golden));
    expect(layers).toEqual(layers.map(() => 'match'));
    await expect(verdictAtRest(runtime.viewsUrl)).resolves.toMatchObject({ state: 'right', others: null });
  });
});

async function verdictAtRest(viewsUrl: string): Promise<unknown> {
  for (;;) {
    const { live } = (await (await fetch(new URL('live', viewsUrl))).json()) as {
      live: { verdict: { state: string } };
    };
    if (live.verdict.state !== 'working') return live.verdict;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
