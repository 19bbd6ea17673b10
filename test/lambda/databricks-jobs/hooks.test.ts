import { DatabricksError } from '../../../lambda/databricks-jobs/api-error';
import { DatabricksClient } from '../../../lambda/databricks-jobs/client';
import { type Desired, deploy, remove, removeLeftovers } from '../../../lambda/databricks-jobs/hooks';
import { type Databricks, startDatabricks } from '../../../stand-ins/databricks';

const PROFILE = 'arn:aws:iam::111122223333:instance-profile/pipeline';
const ROOT = '/Workspace/Shared/pinterest/ada';

let databricks: Databricks;
const waits: number[] = [];

beforeEach(async () => {
  databricks = await startDatabricks();
  waits.length = 0;
});
afterEach(() => databricks.close());

function givenClient(
  credentials = { token: 'dapi-stand-in' } as ConstructorParameters<typeof DatabricksClient>[0]['credentials'],
) {
  return new DatabricksClient({ url: databricks.url, credentials, sleep: async (ms) => void waits.push(ms) });
}

/** The smallest pipeline: a batch job and a stream, a notebook each, a module and a question. */
function desired(change: Partial<Desired> = {}): Desired {
  const cluster = {
    job_cluster_key: 'main',
    new_cluster: {
      spark_version: '16.4.x-scala2.12',
      node_type_id: 'm5d.large',
      num_workers: 1,
      data_security_mode: 'SINGLE_USER',
      aws_attributes: { instance_profile_arn: PROFILE },
    },
  };
  const task = (name: string) => ({
    task_key: name,
    job_cluster_key: 'main',
    notebook_task: { notebook_path: `${ROOT}/notebooks/${name}`, source: 'WORKSPACE' },
  });
  return {
    home: ROOT,
    root: ROOT,
    instanceProfileArn: PROFILE,
    files: {
      'notebooks/batch.py': '# Databricks notebook source\nx = 1\n',
      'notebooks/stream.py': '# Databricks notebook source\ny = 1\n',
      'notebooks/pipeline/cleaning.py': 'def clean(): pass\n',
      'datasets/sql/views/top.sql': 'select 1\n',
    },
    jobs: [
      { name: 'ada-batch', job_clusters: [cluster], tasks: [task('batch')] },
      {
        name: 'ada-stream',
        continuous: { pause_status: 'UNPAUSED' },
        job_clusters: [cluster],
        tasks: [task('stream')],
      },
    ],
    ...change,
  };
}

const jobNames = () => databricks.jobs().map(({ settings }) => settings.name);
const callsTo = (end: string) => databricks.calls.filter(({ path }) => path.endsWith(end));

test('an empty workspace ends with profile, files and jobs; ids beyond 2^53 come back whole', async () => {
  expect(await deploy(givenClient(), desired())).toEqual({
    'ada-batch': '9007199254740993',
    'ada-stream': '9007199254740994',
  });
  expect(databricks.instanceProfiles.arns()).toEqual([PROFILE]);
  expect(
    databricks.workspace
      .all()
      .filter(({ type }) => type !== 'DIRECTORY')
      .map(({ path, type }) => [path, type])
      .sort(),
  ).toEqual([
    ['/Shared/pinterest/ada/datasets/sql/views/top.sql', 'FILE'],
    ['/Shared/pinterest/ada/notebooks/batch', 'NOTEBOOK'],
    ['/Shared/pinterest/ada/notebooks/pipeline/cleaning.py', 'FILE'],
    ['/Shared/pinterest/ada/notebooks/stream', 'NOTEBOOK'],
  ]);
});

test('deploying again changes what changed, makes no second job, and restarts the stream', async () => {
  const first = await deploy(givenClient(), desired());
  const again = desired({
    files: { ...desired().files, 'notebooks/batch.py': '# Databricks notebook source\nx = 2\n' },
  });
  expect(await deploy(givenClient(), again)).toEqual(first);
  expect(jobNames()).toEqual(['ada-batch', 'ada-stream']);
  expect(databricks.workspace.find(`${ROOT}/notebooks/batch`)?.content.toString()).toContain('x = 2');
  expect(callsTo('/jobs/reset')).toHaveLength(2);
  expect(callsTo('/runs/cancel-all').map(({ body }) => body)).toEqual([{ job_id: '9007199254740994' }]);
});

test('a job of the same name in other case is somebody else’s', async () => {
  const { jobs } = desired();
  databricks.instanceProfiles.add({ instance_profile_arn: PROFILE });
  databricks.addJob({ ...jobs[0], name: 'ADA-BATCH' });
  await deploy(givenClient(), desired());
  expect(jobNames()).toEqual(['ADA-BATCH', 'ada-batch', 'ada-stream']);
});

test('two jobs of our name are reported, not chosen between', async () => {
  const { jobs } = desired();
  databricks.instanceProfiles.add({ instance_profile_arn: PROFILE });
  databricks.addJob(jobs[0]);
  databricks.addJob(jobs[0]);
  await expect(deploy(givenClient(), desired())).rejects.toThrow(
    'the workspace has 2 jobs named ada-batch (9007199254740994, 9007199254740993); delete all but one, then deploy again',
  );
});

test.each([
  ['the answer was lost on the way', { hangUp: true, afterwards: true }],
  ['the connection broke before', { hangUp: true }],
  ['an error came after the work', { status: 500, afterwards: true }],
  ['the service was busy', { status: 503 }],
])('a create of which %s leaves one job', async (_what, fault) => {
  databricks.failNext({ path: '/jobs/create', ...fault });
  await deploy(givenClient(), desired());
  expect(jobNames()).toEqual(['ada-batch', 'ada-stream']);
});

test('a create that is refused is not tried again, and says why', async () => {
  const [batch] = desired().jobs;
  await expect(deploy(givenClient(), desired({ jobs: [{ ...batch!, tasks: [] }] }))).rejects.toThrow(
    /^POST \/api\/2\.2\/jobs\/create answered 400 /,
  );
  expect(callsTo('/jobs/create')).toHaveLength(1);
});

test('a busy service is waited for as long as it asks', async () => {
  databricks.failNext({ path: '/workspace/mkdirs', status: 429, headers: { 'retry-after': '7' } });
  await deploy(givenClient(), desired());
  expect(waits).toEqual([7000]);
});

test('a service that stays busy is given up after six tries', async () => {
  databricks.failNext({ path: '/workspace/mkdirs', status: 503, times: 9 });
  await expect(deploy(givenClient(), desired())).rejects.toThrow('POST /api/2.0/workspace/mkdirs answered 503');
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16000]);
});

test('what is no longer wanted below the folder goes away', async () => {
  await deploy(givenClient(), desired());
  const { 'notebooks/pipeline/cleaning.py': _, ...files } = desired().files;
  await deploy(givenClient(), desired({ files: { ...files, 'notebooks/new.py': 'z = 1\n' } }));
  expect(databricks.workspace.find(`${ROOT}/notebooks/pipeline`)).toBeUndefined();
  expect(databricks.workspace.find(`${ROOT}/notebooks/new.py`)?.type).toBe('FILE');
});

test('a file that becomes a notebook replaces it', async () => {
  await deploy(givenClient(), desired({ jobs: [], files: { 'notebooks/a': 'plain' } }));
  await deploy(givenClient(), desired({ jobs: [], files: { 'notebooks/a.py': '# Databricks notebook source\n' } }));
  expect(databricks.workspace.find(`${ROOT}/notebooks/a`)?.type).toBe('NOTEBOOK');
});

test('removing leaves nothing behind, not even a run of the stream', async () => {
  await deploy(givenClient(), desired());
  await remove(givenClient(), desired());
  expect(jobNames()).toEqual([]);
  expect(databricks.runs().map(({ cancelled }) => cancelled)).toEqual([true]);
  expect(databricks.workspace.find(ROOT)).toBeUndefined();
  expect(databricks.instanceProfiles.arns()).toEqual([]);
});

test('removing what is gone already succeeds', async () => {
  await remove(givenClient(), desired());
  expect(jobNames()).toEqual([]);
});

test('leftovers of an earlier state are removed, what is kept is not', async () => {
  await deploy(givenClient(), desired());
  const now = { instanceProfileArn: `${PROFILE}-2`, jobs: [desired().jobs[0]!] };
  await removeLeftovers(givenClient(), desired(), now);
  expect(jobNames()).toEqual(['ada-batch']);
  expect(databricks.instanceProfiles.arns()).toEqual([]);
});

test('a service principal signs in once for all calls', async () => {
  await deploy(givenClient({ client_id: 'stand-in-client', client_secret: 'stand-in-secret' }), desired());
  expect(callsTo('/oidc/v1/token')).toHaveLength(1);
  expect(jobNames()).toEqual(['ada-batch', 'ada-stream']);
});

test.each([
  ['a wrong token', { token: 'wrong' }, /answered 403/],
  [
    'a wrong client secret',
    { client_id: 'stand-in-client', client_secret: 'wrong' },
    /POST \/oidc\/v1\/token answered 401/,
  ],
])('%s is refused, and the credential is not in the message', async (_what, credentials, message) => {
  const failure = deploy(givenClient(credentials), desired());
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.not.toThrow(/wrong/);
});

test.each([
  ['an object', '{"error_code":"PERMISSION_DENIED","message":"no"}', 'answered 403 PERMISSION_DENIED no'],
  ['the dialect of API 1.2', '{"error":"no"}', 'answered 403 no'],
  ['the dialect of SCIM', '{"detail":"no","status":"403"}', 'answered 403 no'],
  ['bare text', 'PERMISSION_DENIED: no', 'answered 403 PERMISSION_DENIED no'],
  ['a page', '<html><body>sign in</body></html>', 'answered 403 a page of HTML'],
  ['nothing', '', 'answered 403'],
])('an error that comes as %s is read', async (_what, body, message) => {
  databricks.failNext({ path: '/instance-profiles/add', status: 403, body });
  await expect(deploy(givenClient(), desired())).rejects.toThrow(`POST /api/2.0/instance-profiles/add ${message}`);
});

test('a page in place of an answer is no answer', async () => {
  databricks.failNext({ path: '/instance-profiles/add', status: 200, body: '<html>sign in</html>' });
  await expect(deploy(givenClient(), desired())).rejects.toThrow('no JSON but a page of HTML; is http://127.0.0.1:');
});

test('a redirect to a page for signing in is not followed', async () => {
  databricks.failNext({
    path: '/instance-profiles/add',
    status: 302,
    headers: { location: 'https://login.example/' },
    body: '',
  });
  await expect(deploy(givenClient(), desired())).rejects.toThrow(
    'answered 302 a redirect to https://login.example/, not JSON',
  );
});

test('gone is what 404 says, and what 400 says of a job', () => {
  expect(new DatabricksError('GET /x', 404, 'RESOURCE_DOES_NOT_EXIST', '').isGone).toBe(true);
  expect(new DatabricksError('GET /x', 400, 'INVALID_PARAMETER_VALUE', 'Job 7 does not exist.').isGone).toBe(true);
  expect(new DatabricksError('GET /x', 400, 'INVALID_PARAMETER_VALUE', 'bad name').isGone).toBe(false);
});
