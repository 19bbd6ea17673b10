import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeOutputs } from '@pipeline/cli/outputs';
import { perDataset } from '@pipeline/datasets/schema';
import { computeOnSpark, type SparkWork } from './report/engines';
import type { AllStageCounts } from './report/stage-counts';
import { DataFolder } from './runtime/data-folder';
import type { LocalEnvironment } from './runtime/environment';
import type { SparkReport } from './spark';
import type { SparkCounts } from './spark/notebooks';

let root = '';
let folder: DataFolder;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'engines-'));
  const held = await DataFolder.hold(join(root, 'data'), { env: 'dev', userId: 'team-a' });
  held.release();
  folder = held.folder;
});
afterEach(() => rmSync(root, { recursive: true }));

/** A value for each dataset; any other dataset has what the users have. */
const each = <T>(pin: T, geo: T, user: T) =>
  perDataset((dataset) => (dataset === 'pin' ? pin : dataset === 'geo' ? geo : user));
const NONE = { stored: 0, refusedBySink: 0, clean: 0, quarantined: 0, duplicates: 0, quarantinedByReason: {} };
/** What the runtime's DuckDB counted: `stored` and `refusedBySink` hold for Spark too, the rest is DuckDB's own. */
const stage = (stored: number, refusedBySink = 0) => ({ ...NONE, stored, refusedBySink, clean: 999 });
const STAGES: AllStageCounts = {
  batch: each(stage(11, 1), stage(12), stage(13)),
  speed: each(stage(21), stage(22), stage(23)),
};
const counted = (clean: number, quarantined: number, duplicates: number): SparkCounts => ({
  read: clean + quarantined + duplicates,
  clean,
  quarantined,
  duplicates,
  quarantinedByReason: quarantined > 0 ? { index_missing: quarantined } : {},
});
const rows = (posts: number) => ({ columns: ['post_year', 'number_posts'], rows: [[2018, posts]] });
const REPORT: SparkReport = {
  views: {
    batch: { posts_by_join_year: rows(8) },
    speed: { posts_by_join_year: rows(9) },
    serving: { posts_by_join_year: rows(10) },
  },
  types: { posts_by_join_year: ['INT', 'BIGINT'] },
  counts: {
    batch: each(counted(8, 1, 1), counted(12, 0, 0), counted(10, 0, 3)),
    speed: each(counted(19, 2, 0), counted(22, 0, 0), counted(20, 0, 3)),
  },
  seconds: { batch: 3, stream: 2, serving: 1 },
  breaches: null,
  spark: '4.1.4',
};

/** Spark's work over a data folder, with a Python that keeps what it is told and gives this report. */
function given(report: SparkReport = REPORT, changes: Partial<SparkWork> = {}) {
  writeOutputs(
    {
      env: 'local',
      apiUrl: 'http://127.0.0.1:1/dev/',
      region: 'eu-west-3',
      auth: 'none',
      userId: 'team-a',
      topics: perDataset((dataset) => `team-a.${dataset}`),
      streams: perDataset((dataset) => `streaming-team-a-${dataset}`),
      kinesisEndpoint: 'http://127.0.0.1:2',
    },
    folder.outputs,
  );
  const python = join(root, 'python');
  writeFileSync(
    python,
    `#!${process.execPath}
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      require('fs').writeFileSync(${JSON.stringify(join(root, 'told'))}, line);
      console.log(${JSON.stringify(JSON.stringify(report))});
      process.exit(0);
    });`,
  );
  chmodSync(python, 0o755);
  const environment = {
    connector: { 'topics.dir': 'lake' },
    retentionHours: each(24, 48, 72),
  } as unknown as LocalEnvironment;
  const computed = computeOnSpark({
    folder,
    environment,
    tools: { python, jars: '/jars', javaHome: '/jdk' },
    stages: STAGES,
    ...changes,
  });
  return { folder, computed, told: () => JSON.parse(readFileSync(join(root, 'told'), 'utf8')) };
}

test('the notebooks are run over the files and streams of this data folder', async () => {
  const { folder, computed, told } = given();
  await computed;
  expect(told()).toMatchObject({
    notebooks: ['batch', 'stream', 'serving', 'quality', 'export'],
    topicsPath: join(root, 'data', 's3', 'lake'),
    topics: { pin: 'team-a.pin', geo: 'team-a.geo', user: 'team-a.user' },
    streams: { pin: 'streaming-team-a-pin', geo: 'streaming-team-a-geo', user: 'streaming-team-a-user' },
    kinesisEndpoint: 'http://127.0.0.1:2',
    region: 'eu-west-3',
    speedTables: { pin: 'team_a_pin_table', geo: 'team_a_geo_table', user: 'team_a_user_table' },
    output: join(root, 'data', 'spark'),
  });
  expect(existsSync(`${folder.spark}.lock`)).toBe(false);
});

test('answers and cleaning are those of Spark, what was stored is what the runtime counted', async () => {
  const { answers, stages, complaints, spark } = await given().computed;
  expect(answers).toEqual(
    Object.fromEntries(
      [
        ['batch', 8],
        ['speed', 9],
        ['serving', 10],
      ].map(([layer, posts]) => [
        `${layer}.posts_by_join_year`,
        {
          columns: [
            { name: 'post_year', type: 'INT' },
            { name: 'number_posts', type: 'BIGINT' },
          ],
          rows: [[2018, posts]],
        },
      ]),
    ),
  );
  expect(stages.batch.pin).toEqual({
    stored: 11,
    refusedBySink: 1,
    clean: 8,
    quarantined: 1,
    duplicates: 1,
    quarantinedByReason: { index_missing: 1 },
  });
  expect(stages.speed.user).toEqual({ ...NONE, stored: 23, clean: 20, duplicates: 3 });
  expect(complaints).toEqual([]);
  expect(spark).toEqual({ version: '4.1.4', seconds: { batch: 3, stream: 2, serving: 1 } });
});

test('what a stream no longer held, and what the quality notebook found, are said', async () => {
  const speed = { ...REPORT.counts.speed, geo: counted(20, 0, 0) };
  const report = { ...REPORT, counts: { ...REPORT.counts, speed }, breaches: 'batch.pin: keys_repeated is 1, limit 0' };
  expect((await given(report).computed).complaints).toEqual([
    'speed.geo: Spark read 20 of the 22 records that the stream took, and it keeps them for 48 hours only; --reset begins anew',
    'quality: batch.pin: keys_repeated is 1, limit 0',
  ]);
});

test('what Spark has kept stays for the next time, unless everything is to be cleaned anew', async () => {
  const { folder, computed } = given();
  await computed;
  const kept = join(folder.spark, 'tables');
  mkdirSync(kept);
  await given().computed;
  expect(existsSync(kept)).toBe(true);
  await given(REPORT, { anew: true }).computed;
  expect(existsSync(kept)).toBe(false);
});

test.each(['start', 'answers'])(
  '%s on a machine without Python and Java says in a line what to get, and begins nothing',
  (command) => {
    const data = command === 'answers' ? folder.path : join(root, 'none');
    const before = existsSync(data);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        pathToFileURL(require.resolve('tsx')).href,
        join(__dirname, `${command}.ts`),
        ...['--engine', 'spark', '--data', data],
      ],
      { cwd: join(__dirname, '..'), env: { PATH: root }, encoding: 'utf8', timeout: 20_000 },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^--engine spark needs Python 3\.11 or 3\.12 with venv on PATH \(.*\); needs Java 17 to 21 on PATH \(.*\)(; needs Maven .*)?\n$/,
    );
    expect(existsSync(data)).toBe(before);
  },
);
