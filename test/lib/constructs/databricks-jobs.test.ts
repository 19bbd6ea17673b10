import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesOf } from '@pipeline/datasets/names';
import { perDataset } from '@pipeline/datasets/schema';
import { type JobDefinition, type JobInputs, jobDefinitions } from '../../../lib/constructs/databricks-jobs';
import { type Databricks, startDatabricks } from '../../../stand-ins/databricks';

const PROFILE = 'arn:aws:iam::123456789012:instance-profile/team-a';

const given = (changes: Partial<JobInputs> = {}): JobInputs => ({
  userId: 'team-a',
  names: namesOf('team-a'),
  root: '/Workspace/Shared/pinterest/team-a',
  topicsPath: 's3://lake/topics',
  checkpointsPath: 's3://lake/checkpoints',
  viewsPath: 's3://lake/views',
  region: 'eu-west-1',
  cluster: { sparkVersion: '17.3.x-scala2.13', nodeType: 'm6gd.large', workers: 2, instanceProfileArn: PROFILE },
  ...changes,
});

const parametersOf = (job: JobDefinition) =>
  Object.fromEntries((job.parameters as { name: string; default: string }[]).map((each) => [each.name, each.default]));

describe('against the strict stand-in', () => {
  let databricks: Databricks;
  beforeAll(async () => {
    databricks = await startDatabricks();
    databricks.instanceProfiles.add({ instance_profile_arn: PROFILE });
  });
  afterAll(() => databricks.close());

  test.each<[string, Partial<JobInputs>]>([
    ['as they are', {}],
    ['on the driver alone', { cluster: { ...given().cluster, workers: 0 } }],
    [
      'paused, with alerts, limits, catalog and tables of their own',
      {
        streamPaused: true,
        alertEmails: ['ops@example.com'],
        limits: { different: 3 },
        catalog: 'main',
        schema: 's',
        tablesPath: 's3://lake/tables',
      },
    ],
  ])('both jobs are accepted %s', (_, changes) => {
    const { batch, stream } = jobDefinitions(given(changes));
    expect(databricks.addJob(batch)).toMatch(/^\d+$/);
    expect(databricks.addJob(stream)).toMatch(/^\d+$/);
  });
});

test('the batch job runs batch, serving, quality and export, with the names of datasets/names', () => {
  const { batch } = jobDefinitions(given());
  expect(batch.name).toBe('team-a-batch');
  expect(batch.tasks).toMatchObject([
    { task_key: 'batch', notebook_task: { notebook_path: '/Workspace/Shared/pinterest/team-a/notebooks/batch' } },
    { task_key: 'serving', depends_on: [{ task_key: 'batch' }] },
    { task_key: 'quality', depends_on: [{ task_key: 'serving' }] },
    {
      task_key: 'export',
      depends_on: [{ task_key: 'quality' }],
      notebook_task: { base_parameters: { as_of: '{{job.start_time.iso_datetime}}', run_id: '{{job.run_id}}' } },
    },
  ]);
  expect(parametersOf(batch)).toEqual({
    run_date: '',
    topics_path: 's3://lake/topics',
    topics: JSON.stringify(perDataset((name) => `team-a.${name}`)),
    root: '/Workspace/Shared/pinterest/team-a',
    speed_tables: JSON.stringify(perDataset((name) => `team_a_${name}_table`)),
    catalog: '',
    schema: 'pinterest',
    tables_path: '',
    checkpoints_path: 's3://lake/checkpoints',
    rebuild: '',
    views_path: 's3://lake/views',
  });
});

test('the streaming job runs all the time, or is paused', () => {
  expect(jobDefinitions(given()).stream).toMatchObject({
    name: 'team-a-stream',
    continuous: { pause_status: 'UNPAUSED', task_retry_mode: 'ON_FAILURE' },
    max_concurrent_runs: 1,
  });
  expect(jobDefinitions(given({ streamPaused: true })).stream.continuous).toMatchObject({ pause_status: 'PAUSED' });
  expect(parametersOf(jobDefinitions(given()).stream)).toMatchObject({
    streams: JSON.stringify(perDataset((name) => `streaming-team-a-${name}`)),
    region: 'eu-west-1',
    trigger: '10 seconds',
  });
});

test.each([
  ['batch', ['batch', 'serving', 'quality', 'export']],
  ['stream', ['stream']],
] as const)(
  'the %s job sets every parameter that its notebooks cannot do without, and none that they do not know',
  (job, notebooks) => {
    const known = new Map<string, string>();
    for (const notebook of notebooks) {
      const text = readFileSync(join(__dirname, '../../../notebooks', `${notebook}.py`), 'utf8');
      const block = /read_parameters\(\n([\s\S]*?)\n\)\n/.exec(text)?.[1] ?? '';
      for (const [, name, value, check] of block.matchAll(/^ {4}(\w+)=\((".*?"|'.*?'), (.*)\),$/gm)) {
        const needed = value === '""' && !/^(optional\(|day$|instant$)/.test(check!);
        if (needed || !known.has(name!)) known.set(name!, needed ? 'needed' : 'optional');
      }
    }
    const all = jobDefinitions(given({ limits: { different: 0 } }))[job];
    const set = Object.keys(parametersOf(all));
    expect(known.size).toBeGreaterThan(7);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter(([name, need]) => need === 'needed' && !set.includes(name))).toEqual([]);
  },
);

test('the DAG starts the job of this name', () => {
  expect(namesOf('0a1b2c3d4e5f').jobs.batch).toBe('0a1b2c3d4e5f-batch');
  const example = JSON.parse(readFileSync(join(__dirname, '../../../dags/settings.example.json'), 'utf8'));
  expect(example).toEqual({
    dag_id: namesOf('0a1b2c3d4e5f').dag,
    cron: '0 0 * * *',
    job_name: namesOf('0a1b2c3d4e5f').jobs.batch,
  });
});
