import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Databricks, startDatabricks } from '../../../stand-ins/databricks';
import { bundle, invoke } from '../bundle';

const PROFILE = 'arn:aws:iam::111122223333:instance-profile/pipeline';
const HOME = '/Workspace/Shared/pinterest/ada';
const ROOT = `${HOME}/111111111111`;

let databricks: Databricks;
let secrets: Server;
let secretText = '{"token":"dapi-stand-in"}';
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = bundle('databricks-jobs', { 'workspace/notebooks/batch.py': '# Databricks notebook source\n' });
  secrets = createServer((_request, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ Name: 'the-secret', SecretString: secretText }));
  });
  await new Promise<void>((resolve) => secrets.listen(0, '127.0.0.1', resolve));
  environment = { AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}` };
});
afterAll(() => {
  secrets.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  secretText = '{"token":"dapi-stand-in"}';
  databricks = await startDatabricks({ firstJobId: 1n });
});
afterEach(() => databricks.close());

const job = (name: string) => ({
  name,
  tasks: [{ task_key: 'batch', notebook_task: { notebook_path: `${ROOT}/notebooks/batch`, source: 'WORKSPACE' } }],
});

function properties(change: object = {}) {
  return {
    workspaceUrl: databricks.url,
    secretName: 'the-secret',
    home: HOME,
    root: ROOT,
    instanceProfileArn: PROFILE,
    jobs: JSON.stringify([job('ada-batch')]),
    contentHash: 'x',
    ...change,
  };
}

test('the bundle, run as deployed, creates, updates, tidies up and deletes', async () => {
  const created = await invoke(folder, { RequestType: 'Create', ResourceProperties: properties() }, environment);
  expect(created).toEqual({ PhysicalResourceId: `${databricks.url}${HOME}`, Data: { jobIds: '{"ada-batch":"1"}' } });

  const other = properties({ jobs: JSON.stringify([job('ada-other')]) });
  const update = { RequestType: 'Update', ResourceProperties: other, OldResourceProperties: properties() };
  expect(await invoke(folder, update, environment)).toMatchObject({ PhysicalResourceId: `${databricks.url}${HOME}` });
  expect(databricks.jobs().map(({ settings }) => settings.name)).toEqual(['ada-other']);

  await invoke(folder, { RequestType: 'Delete', ResourceProperties: other }, environment);
  expect([databricks.jobs(), databricks.workspace.find(HOME), databricks.instanceProfiles.arns()]).toEqual([
    [],
    undefined,
    [],
  ]);
});

test.each([
  ['{"password":"hunter2"}', 'secret the-secret must be {"token"} or {"client_id","client_secret"}, and has password'],
  ['hunter2', 'secret the-secret must be {"token"} or {"client_id","client_secret"}, and has neither'],
])('a secret of another form is refused by its fields, never by its text', async (text, message) => {
  secretText = text;
  const failure = invoke(folder, { RequestType: 'Create', ResourceProperties: properties() }, environment);
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.not.toThrow(/hunter2/);
});

test('a refusal of the workspace fails the deployment with its reason', async () => {
  databricks.failNext({
    path: '/jobs/create',
    status: 400,
    body: '{"error_code":"INVALID_PARAMETER_VALUE","message":"bad cluster"}',
  });
  await expect(
    invoke(folder, { RequestType: 'Create', ResourceProperties: properties() }, environment),
  ).rejects.toThrow('POST /api/2.2/jobs/create answered 400 INVALID_PARAMETER_VALUE bad cluster');
});

test('another version of the code is the same resource: the one before it stays, older ones go', async () => {
  const version = (digits: string) => properties({ root: `${HOME}/${digits}`, contentHash: digits });
  await invoke(folder, { RequestType: 'Create', ResourceProperties: version('1') }, environment);
  for (const [before, now] of [
    ['1', '2'],
    ['2', '3'],
  ] as const) {
    const event = { RequestType: 'Update', ResourceProperties: version(now), OldResourceProperties: version(before) };
    expect(await invoke(folder, event, environment)).toMatchObject({ PhysicalResourceId: `${databricks.url}${HOME}` });
  }
  expect(['1', '2', '3'].map((each) => databricks.workspace.find(`${HOME}/${each}`) !== undefined)).toEqual([
    false,
    true,
    true,
  ]);
});

test('a creation that fails takes out again what it has made', async () => {
  databricks.failNext({ path: '/jobs/create', status: 400, body: '{"error_code":"INVALID_PARAMETER_VALUE"}' });
  const failure = invoke(folder, { RequestType: 'Create', ResourceProperties: properties() }, environment);
  await expect(failure).rejects.toThrow('INVALID_PARAMETER_VALUE');
  expect([databricks.workspace.find(HOME), databricks.instanceProfiles.arns()]).toEqual([undefined, []]);
});

test('an expired token does not keep the stack from going; an update with it fails', async () => {
  await invoke(folder, { RequestType: 'Create', ResourceProperties: properties() }, environment);
  secretText = '{"token":"dapi-expired"}';
  const update = { RequestType: 'Update', ResourceProperties: properties(), OldResourceProperties: properties() };
  await expect(invoke(folder, update, environment)).rejects.toThrow('403');
  expect(await invoke(folder, { RequestType: 'Delete', ResourceProperties: properties() }, environment)).toEqual({
    PhysicalResourceId: `${databricks.url}${HOME}`,
  });
  expect(databricks.jobs()).toHaveLength(1);
});
