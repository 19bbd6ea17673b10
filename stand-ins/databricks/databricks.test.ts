import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Databricks, type DatabricksOptions, startDatabricks } from '.';

const PROFILE = 'arn:aws:iam::123456789012:instance-profile/reader';
const NOTEBOOK = '/Workspace/Shared/pipeline/batch';

function batchJob(changes: object = {}): Record<string, unknown> {
  return {
    name: 'daily',
    parameters: [{ name: 'run_date', default: '' }],
    tasks: [{ task_key: 'batch', notebook_task: { notebook_path: NOTEBOOK, source: 'WORKSPACE' } }],
    ...changes,
  };
}

const running: Databricks[] = [];

async function given(options: DatabricksOptions = {}) {
  const databricks = await startDatabricks(options);
  running.push(databricks);
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(databricks.url + path, {
      method,
      headers: { authorization: `Bearer ${databricks.token}`, 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const post = (path: string, body: unknown) => call('POST', `/api/2.2/jobs/${path}`, body);
  const get = (path: string) => call('GET', `/api/2.2/jobs/${path}`);
  return { databricks, call, post, get };
}

afterEach(() => Promise.all(running.splice(0).map((each) => each.close())));

test('who is no admin is told so, and may list instance profiles but register none', async () => {
  const { call } = await given({ admin: false });
  const me = JSON.parse((await call('GET', '/api/2.0/preview/scim/v2/Me')).text);
  expect(me.groups.map(({ display }: { display: string }) => display)).toEqual(['users']);
  expect(await call('GET', '/api/2.0/instance-profiles/list')).toMatchObject({ status: 200, text: '{}' });
  expect(
    await call('POST', '/api/2.0/instance-profiles/add', { instance_profile_arn: PROFILE, skip_validation: true }),
  ).toMatchObject({ status: 403, text: expect.stringContaining('PERMISSION_DENIED') });
});

describe('jobs', () => {
  test('a job is created, read, reset and deleted, and its id keeps all digits beyond 2^53', async () => {
    const { post, get } = await given();
    expect((await post('create', batchJob())).text).toBe('{"job_id":9007199254740993}');
    expect((await get('get?job_id=9007199254740993')).text).toContain('"job_id":9007199254740993');
    const reset = `{"job_id":9007199254740993,"new_settings":${JSON.stringify(batchJob({ name: 'weekly' }))}}`;
    expect(await post('reset', reset)).toMatchObject({ status: 200, text: '{}' });
    expect((await get('get?job_id=9007199254740993')).text).toContain('"name":"weekly"');
    expect(await post('delete', '{"job_id":9007199254740993}')).toMatchObject({ status: 200, text: '{}' });
    expect(await get('get?job_id=9007199254740993')).toMatchObject({
      status: 400,
      text: '{"error_code":"INVALID_PARAMETER_VALUE","message":"Job 9007199254740993 does not exist."}',
    });
  });

  test('an id rounded to a double is another job', async () => {
    const { post } = await given();
    await post('create', batchJob());
    expect((await post('delete', { job_id: Number('9007199254740993') })).text).toContain(
      'Job 9007199254740992 does not exist.',
    );
  });

  test('creating twice makes two jobs: create has no idempotency token', async () => {
    const { post, databricks } = await given();
    await post('create', batchJob());
    await post('create', batchJob());
    expect(databricks.jobs().map((job) => job.settings.name)).toEqual(['daily', 'daily']);
  });

  test('settings read back carry the defaults of the service', async () => {
    const { databricks, get } = await given({ firstJobId: 1n });
    databricks.addJob(batchJob());
    expect(JSON.parse((await get('get?job_id=1')).text).settings).toMatchObject({
      format: 'MULTI_TASK',
      max_concurrent_runs: 1,
      timeout_seconds: 0,
      email_notifications: {},
    });
  });

  const task = { task_key: 'batch', notebook_task: { notebook_path: NOTEBOOK } };
  const cluster = { spark_version: '17.3.x-scala2.13', node_type_id: 'm5d.large', num_workers: 1 };
  const withProfile = {
    ...cluster,
    data_security_mode: 'SINGLE_USER',
    aws_attributes: { instance_profile_arn: PROFILE },
  };
  test.each<[string, object, string]>([
    ['an unknown field', batchJob({ shedule: {} }), 'request: Unrecognized key: \\"shedule\\"'],
    ['a missing name', { tasks: [task] }, 'name: Invalid input: expected string, received undefined'],
    ['no task', batchJob({ tasks: [] }), 'tasks: Too small'],
    ['a task without its notebook', batchJob({ tasks: [{ task_key: 'a' }] }), 'tasks.0.notebook_task: Invalid input'],
    [
      'a notebook path with an extension',
      batchJob({ tasks: [{ ...task, notebook_task: { notebook_path: '/a.py' } }] }),
      'tasks.0.notebook_task.notebook_path',
    ],
    ['a number as a parameter', batchJob({ parameters: [{ name: 'a', default: 1 }] }), 'parameters.0.default'],
    ['a task twice', batchJob({ tasks: [task, task] }), 'Duplicate task_key: batch'],
    [
      'an unknown dependency',
      batchJob({ tasks: [{ ...task, depends_on: [{ task_key: 'x' }] }] }),
      'depends on unknown task x',
    ],
    [
      'a circle of tasks',
      batchJob({ tasks: [{ ...task, depends_on: [{ task_key: 'batch' }] }] }),
      'in a circle: batch',
    ],
    ['an undeclared cluster', batchJob({ tasks: [{ ...task, job_cluster_key: 'x' }] }), 'unknown job_cluster_key x'],
    [
      'a cluster of no size',
      batchJob({ job_clusters: [{ job_cluster_key: 'm', new_cluster: { ...cluster, num_workers: undefined } }] }),
      'needs exactly one of num_workers and autoscale',
    ],
    [
      'a schedule in a continuous job',
      batchJob({ continuous: {}, schedule: { quartz_cron_expression: '0 0 0 * * ?', timezone_id: 'UTC' } }),
      'both schedule and continuous',
    ],
    [
      'retries in a continuous job',
      batchJob({ continuous: {}, tasks: [{ ...task, max_retries: 1 }] }),
      'max_retries cannot be used in a continuous job',
    ],
    [
      'an unregistered instance profile',
      batchJob({ job_clusters: [{ job_cluster_key: 'm', new_cluster: withProfile }] }),
      `Instance profile ${PROFILE} is not registered`,
    ],
    [
      'an instance profile in shared access mode',
      batchJob({
        job_clusters: [{ job_cluster_key: 'm', new_cluster: { ...withProfile, data_security_mode: 'USER_ISOLATION' } }],
      }),
      'need dedicated access mode',
    ],
  ])('%s is refused with 400', async (_, settings, message) => {
    const { post, databricks } = await given();
    const refused = await post('create', settings);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(message);
    expect(databricks.jobs()).toEqual([]);
  });

  test('list pages, filters by name whatever its case, and leaves an empty list out', async () => {
    const { databricks, get, call } = await given({ firstJobId: 1n });
    expect((await get('list')).text).toBe('{}');
    for (const name of ['a', 'b', 'B']) databricks.addJob(batchJob({ name }));
    const ids = (text: string) => (JSON.parse(text).jobs as { job_id: number }[]).map((job) => job.job_id);
    const first = await get('list?limit=2');
    expect(ids(first.text)).toEqual([3, 2]);
    const token = JSON.parse(first.text).next_page_token as string;
    const second = await get(`list?limit=2&page_token=${token}`);
    expect(ids(second.text)).toEqual([1]);
    expect(JSON.parse(second.text)).not.toHaveProperty('next_page_token');
    expect(ids((await get('list?name=b')).text)).toEqual([3, 2]);
    expect((await get('list?limit=101')).status).toBe(400);
    const old = await call(
      'GET',
      '/api/2.1/jobs/list?limit=2&expand_tasks=False&include_user_names=False&page_token=&name=',
    );
    expect(JSON.parse(old.text).has_more).toBe(true);
    expect(JSON.parse(first.text)).not.toHaveProperty('has_more');
  });

  test('a continuous job runs until it is paused and cancelled', async () => {
    const { databricks, post } = await given({ firstJobId: 1n });
    databricks.addJob(batchJob({ name: 'stream', continuous: { pause_status: 'UNPAUSED' } }));
    const active = () => databricks.runs().filter((run) => !run.cancelled).length;
    expect(active()).toBe(1);
    await post('runs/cancel-all', { job_id: 1 });
    expect([databricks.runs().length, active()]).toEqual([2, 1]);
    await post('update', { job_id: 1, new_settings: { continuous: { pause_status: 'PAUSED' } } });
    await post('runs/cancel-all', { job_id: 1 });
    expect(active()).toBe(0);
  });
});

describe('runs', () => {
  test('a run passes PENDING and RUNNING and succeeds; a repeated token starts no second run', async () => {
    const { databricks, post, call } = await given({ firstJobId: 1n });
    databricks.addJob(batchJob());
    const request = { job_id: 1, job_parameters: { run_date: '2026-03-04' }, idempotency_token: 'once' };
    const { text } = await post('run-now', request);
    expect((await post('run-now', request)).text).toBe(text);
    const { run_id } = JSON.parse(text) as { run_id: number };
    const states: string[] = [];
    for (let asked = 0; asked < 4; asked += 1) {
      const { state } = JSON.parse((await call('GET', `/api/2.1/jobs/runs/get?run_id=${run_id}`)).text);
      states.push([state.life_cycle_state, state.result_state].join(' '));
    }
    expect(states).toEqual(['PENDING ', 'RUNNING ', 'TERMINATED SUCCESS', 'TERMINATED SUCCESS']);
    expect(databricks.runs().map((run) => run.parameters)).toEqual([{ run_date: '2026-03-04' }]);
  });

  test('a planned failure names the task, and its output the error', async () => {
    const { databricks, post, get } = await given({ firstJobId: 1n });
    databricks.addJob(batchJob());
    databricks.nextRun({ states: [], result: 'FAILED', error: 'SumsDoNotAddUp' });
    const { run_id } = JSON.parse((await post('run-now', { job_id: 1 })).text);
    const run = JSON.parse((await get(`runs/get?run_id=${run_id}`)).text);
    expect(run.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'FAILED' });
    expect(run.tasks).toMatchObject([{ task_key: 'batch', state: { result_state: 'FAILED' } }]);
    expect((await get(`runs/get-output?run_id=${run.tasks[0].run_id}`)).text).toBe('{"error":"SumsDoNotAddUp"}');
  });

  test('a run whose notebook is missing ends in an internal error', async () => {
    const { post, get } = await given({ firstJobId: 1n });
    await post('create', batchJob());
    const { run_id } = JSON.parse((await post('run-now', { job_id: 1 })).text);
    await get(`runs/get?run_id=${run_id}`);
    expect(JSON.parse((await get(`runs/get?run_id=${run_id}`)).text).state).toMatchObject({
      result_state: 'FAILED',
      state_message: expect.stringContaining(`Unable to access the notebook "${NOTEBOOK}"`),
    });
  });

  test('a second run waits where the job queues and is skipped where it does not', async () => {
    const { databricks, post } = await given({ firstJobId: 1n });
    databricks.addJob(batchJob());
    databricks.addJob(batchJob({ name: 'queueing', queue: { enabled: true } }));
    for (const job_id of [1, 1, 2, 2]) await post('run-now', { job_id });
    expect(databricks.runs().map((run) => run.outcome)).toEqual([
      {},
      { states: ['SKIPPED'], result: 'MAXIMUM_CONCURRENT_RUNS_REACHED' },
      {},
      { states: ['QUEUED', 'PENDING', 'RUNNING'] },
    ]);
  });

  test('a parameter that the job does not declare is refused', async () => {
    const { databricks, post } = await given({ firstJobId: 1n });
    databricks.addJob(batchJob());
    expect((await post('run-now', { job_id: 1, job_parameters: { rundate: 'x' } })).text).toContain(
      'Job 1 has no parameter rundate',
    );
  });

  test('run_id is taken from the body of a GET too, as the Airflow trigger sends it', async () => {
    const { databricks, post } = await given({ firstJobId: 1n });
    databricks.addJob(batchJob());
    const { run_id } = JSON.parse((await post('run-now', { job_id: 1 })).text);
    // fetch refuses a body in a GET, so this goes out by hand.
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const body = JSON.stringify({ run_id });
      const headers = {
        authorization: `Bearer ${databricks.token}`,
        'content-type': 'application/json',
        'content-length': body.length,
      };
      request(`${databricks.url}/api/2.1/jobs/runs/get`, { method: 'GET', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(body);
    });
    expect(status).toBe(200);
  });
});

describe('workspace', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  test.each([
    ['batch.py', 'AUTO', undefined, '# Databricks notebook source\nx = 1\n', '/Shared/p/batch', 'NOTEBOOK'],
    ['batch', 'SOURCE', 'PYTHON', 'x = 1\n', '/Shared/p/batch', 'NOTEBOOK'],
    ['clean.py', 'AUTO', undefined, 'x = 1\n', '/Shared/p/clean.py', 'FILE'],
    ['pin.sql', 'AUTO', undefined, 'select 1\n', '/Shared/p/pin.sql', 'FILE'],
    ['pin.json', 'AUTO', undefined, '{}', '/Shared/p/pin.json', 'FILE'],
  ])('%s by %s', async (name, format, language, content, path, type) => {
    const { databricks, call } = await given();
    await call('POST', '/api/2.0/workspace/mkdirs', { path: '/Workspace/Shared/p' });
    const body = { path: `/Workspace/Shared/p/${name}`, format, language, content: base64(content), overwrite: true };
    expect(await call('POST', '/api/2.0/workspace/import', body)).toMatchObject({ status: 200, text: '{}' });
    const made = databricks.workspace.find(path);
    expect([made?.type, made?.content.toString()]).toEqual([type, content]);
  });

  test('an import wants its folder, its language, whole base64, and leave to overwrite', async () => {
    const { call } = await given();
    const importing = async (changes: object) => {
      const body = { path: '/Shared/a', format: 'SOURCE', language: 'PYTHON', content: base64('x'), ...changes };
      const { status, text } = await call('POST', '/api/2.0/workspace/import', body);
      return `${status} ${text}`;
    };
    expect(await importing({ path: '/Shared/none/a' })).toBe(
      '404 {"error_code":"RESOURCE_DOES_NOT_EXIST","message":"The parent folder (/Shared/none) does not exist."}',
    );
    expect(await importing({ language: undefined })).toContain('400');
    expect(await importing({ format: 'auto' })).toContain('400');
    expect(await importing({ content: '%' })).toContain('400');
    expect(await importing({})).toBe('200 {}');
    expect(await importing({})).toBe('400 {"error_code":"","message":"/Shared/a already exists."}');
    expect(await importing({ format: 'AUTO', language: undefined, overwrite: true })).toContain(
      'Cannot overwrite the asset',
    );
  });

  test('a folder is deleted with what is in it only when asked so; a missing path is 404', async () => {
    const { call, databricks } = await given();
    await call('POST', '/api/2.0/workspace/mkdirs', { path: '/Shared/a/b' });
    const deleting = (body: object) => call('POST', '/api/2.0/workspace/delete', body);
    expect((await deleting({ path: '/Shared/a' })).text).toContain('DIRECTORY_NOT_EMPTY');
    expect((await deleting({ path: '/Shared/a', recursive: true })).status).toBe(200);
    expect(databricks.workspace.find('/Shared/a/b')).toBeUndefined();
    expect(await deleting({ path: '/Shared/a' })).toMatchObject({
      status: 404,
      text: '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Path (/Shared/a) doesn\'t exist."}',
    });
  });
});

test('instance profiles are added once, listed and removed', async () => {
  const { call } = await given();
  const profile = { instance_profile_arn: PROFILE };
  const path = '/api/2.0/instance-profiles';
  expect((await call('GET', `${path}/list`)).text).toBe('{}');
  expect((await call('POST', `${path}/add`, { ...profile, skip_validation: true })).status).toBe(200);
  expect(await call('POST', `${path}/add`, profile)).toMatchObject({
    status: 409,
    text: expect.stringContaining('RESOURCE_ALREADY_EXISTS'),
  });
  expect((await call('GET', `${path}/list`)).text).toBe(
    `{"instance_profiles":[{"instance_profile_arn":"${PROFILE}"}]}`,
  );
  expect((await call('POST', `${path}/remove`, profile)).status).toBe(200);
  expect((await call('POST', `${path}/remove`, profile)).status).toBe(404);
});

describe('access', () => {
  test('no token is 401 and a wrong one 403', async () => {
    const { call } = await given();
    expect((await call('GET', '/api/2.2/jobs/list', undefined, { authorization: '' })).status).toBe(401);
    expect((await call('GET', '/api/2.2/jobs/list', undefined, { authorization: 'Bearer no' })).status).toBe(403);
  });

  test('a service principal gets a token that serves for one hour', async () => {
    let now = 0;
    const { call } = await given({ now: () => now, clientId: 'id', clientSecret: 's:cret' });
    const basic = (pair: string) => ({
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    const form = 'grant_type=client_credentials&scope=all-apis';
    expect((await call('POST', '/oidc/v1/token', form, basic('id:wrong'))).text).toContain('invalid_client');
    expect((await call('POST', '/oidc/v1/token', 'grant_type=password', basic('id:s:cret'))).status).toBe(400);
    const issued = JSON.parse((await call('POST', '/oidc/v1/token', form, basic('id:s:cret'))).text);
    expect(issued).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    const bearer = { authorization: `Bearer ${issued.access_token}` };
    now = 3_599_999;
    expect((await call('GET', '/api/2.2/jobs/list', undefined, bearer)).status).toBe(200);
    now = 3_600_000;
    expect((await call('GET', '/api/2.2/jobs/list', undefined, bearer)).status).toBe(403);
  });
});

test('a call that does not exist, an old version and a body that is no JSON are refused', async () => {
  const { call } = await given();
  expect((await call('POST', '/api/2.2/jobs/make', {})).text).toContain("No API found for 'POST /api/2.2/jobs/make'");
  expect((await call('GET', '/api/2.0/jobs/list')).status).toBe(404);
  expect((await call('POST', '/api/2.2/jobs/create', '{')).text).toContain('the body must be a JSON object');
  expect((await call('POST', '/api/2.2/jobs/create', batchJob(), { 'content-type': 'text/plain' })).text).toContain(
    'content-type must be application/json',
  );
});

describe('faults', () => {
  test('planned failures meet the calls that they fit, as often as planned, and do no work', async () => {
    const { databricks, post, get } = await given();
    databricks.failNext({ path: '/jobs/create', status: 429, headers: { 'retry-after': '2' }, times: 2 });
    expect((await get('list')).status).toBe(200);
    const first = await post('create', batchJob());
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await post('create', batchJob())).status).toBe(429);
    expect([databricks.jobs().length, databricks.faults.left()]).toEqual([0, 0]);
    expect((await post('create', batchJob())).status).toBe(200);
  });

  test('afterwards loses the answer but keeps the work; hangUp answers nothing; text goes out as it is', async () => {
    const { databricks, post, get } = await given();
    databricks.failNext({ path: '/jobs/create', status: 504, afterwards: true, body: '<html>gateway</html>' });
    expect(await post('create', batchJob())).toMatchObject({ status: 504, text: '<html>gateway</html>' });
    expect(databricks.jobs().length).toBe(1);
    databricks.failNext({ hangUp: true });
    await expect(get('list')).rejects.toThrow('fetch failed');
    expect(databricks.calls.map((call) => `${call.method} ${call.path} ${call.status}`)).toEqual([
      'POST /api/2.2/jobs/create 504',
      'GET /api/2.2/jobs/list 0',
    ]);
  });
});

test('the log keeps what was sent, ids as text, and no secret', async () => {
  const { databricks, post } = await given({ token: 'dapi-very-secret' });
  await post('delete', '{"job_id":12345678901234567890}');
  expect(databricks.calls).toMatchObject([
    { method: 'POST', query: {}, body: { job_id: '12345678901234567890' }, status: 400 },
  ]);
  expect(JSON.stringify(databricks.calls)).not.toContain('dapi-very-secret');
});

test('as a program it prints where it listens, obeys commands and ends with its input', async () => {
  const program = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'main.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await lines.next()).value as string);
  const ask = async (command: object) => {
    program.stdin.write(`${JSON.stringify(command)}\n`);
    return answer();
  };
  const { url, token } = await answer();
  expect(await ask({ addJob: batchJob() })).toEqual({ ok: '9007199254740993' });
  expect(await ask({ addJob: {} })).toEqual({ error: expect.stringContaining('name: Invalid input') });
  expect(await ask({ nothing: 1 })).toEqual({
    error: expect.stringContaining('no command nothing (known: addJob, failNext'),
  });
  expect((await fetch(`${url}/api/2.2/jobs/list`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  expect(await ask({ calls: null })).toMatchObject({ ok: [{ path: '/api/2.2/jobs/list', status: 200 }] });
  program.stdin.end();
  expect(await new Promise((resolve) => program.on('exit', resolve))).toBe(0);
});
