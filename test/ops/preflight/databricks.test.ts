import type { Finding } from '../../../ops/preflight/finding';
import type { AwsOptions } from '../../../stand-ins/aws';
import type { DatabricksOptions } from '../../../stand-ins/databricks';
import { endWorlds, givenWorld } from './testing/world';

afterEach(endWorlds);

const TOKEN = 'dapi-that-nobody-prints';
const FIX = 'aws secretsmanager create-secret --region eu-west-1 --name databricks/ada --secret-string file://FILE';

async function secretIs(
  secret: AwsOptions['secrets'][string] | undefined,
  authentication = 'token',
): Promise<Record<string, Finding>> {
  const { look } = await givenWorld(
    { secrets: { 'databricks/ada': secret } as AwsOptions['secrets'] },
    { token: TOKEN },
  );
  return look({ databricks: { authentication } });
}

test('a secret that is not there fails with how to make it, without any secret in the command', async () => {
  const findings = await secretIs(undefined);
  expect(findings['Databricks secret']).toMatchObject({
    state: 'fails',
    found: 'none named databricks/ada in eu-west-1',
    fix: expect.stringContaining(FIX),
  });
  expect(findings['Databricks sign-in']).toMatchObject({ state: 'skipped', found: 'needs workspace and secret' });
});

test.each([
  ['{"token":""}', 'token', 'databricks/ada has token, and authentication is token'],
  [
    '{"client_id":"x","client_secret":"y"}',
    'token',
    'databricks/ada has client_id, client_secret, and authentication is token',
  ],
  [`{"token":"${TOKEN}"}`, 'oauth', 'databricks/ada has token, and authentication is oauth'],
  ['{}', 'token', 'databricks/ada has nothing, and authentication is token'],
  [TOKEN, 'token', 'databricks/ada is no JSON'],
])('a secret that says %s does not do for %s', async (text, authentication, found) => {
  const findings = await secretIs({ text }, authentication);
  expect(findings['Databricks secret']).toMatchObject({ state: 'fails', found });
  expect(JSON.stringify(findings)).not.toContain(TOKEN);
});

test('a secret under a key of one’s own, which our function may not use, fails', async () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1';
  const text = JSON.stringify({ token: TOKEN });
  expect((await secretIs({ text, key }))['Databricks secret']).toMatchObject({
    state: 'fails',
    found: `databricks/ada is encrypted with ${key}, which our function may not use`,
  });
  expect((await secretIs({ text, key: 'alias/aws/secretsmanager' }))['Databricks secret']!.state).toBe('ok');
});

test('a secret that is to be deleted fails with how to keep it', async () => {
  expect((await secretIs({ text: '{}', deleted: true }))['Databricks secret']).toMatchObject({
    state: 'fails',
    fix: 'aws secretsmanager restore-secret --region eu-west-1 --secret-id databricks/ada',
  });
});

test('a token that the workspace refuses fails, and is printed nowhere', async () => {
  const findings = await secretIs({ text: '{"token":"dapi-of-yesterday"}' });
  expect(findings['Databricks sign-in']).toMatchObject({
    state: 'fails',
    found: 'GET /api/2.0/preview/scim/v2/Me answered 403 403 Invalid access token.',
    fix: 'look at the token in the secret: expired, of another workspace, or not allowed this',
  });
  expect(findings['Databricks clusters']!.state).toBe('skipped');
  expect(JSON.stringify(findings)).not.toContain('dapi-of-yesterday');
});

test('a workspace that quotes the token back does not get it printed', async () => {
  const { databricks, look } = await givenWorld();
  databricks.failNext({
    path: '/Me',
    status: 403,
    body: { error_code: '403', message: `bad token ${databricks.token}` },
  });
  expect((await look())['Databricks sign-in']!.found).toBe(
    'GET /api/2.0/preview/scim/v2/Me answered 403 403 bad token ***',
  );
});

test('a service principal signs in with OAuth, and one that is refused is told of its id and secret', async () => {
  const oauth = (client_secret: string) => ({
    secrets: { 'databricks/ada': { text: JSON.stringify({ client_id: 'stand-in-client', client_secret }) } },
  });
  const good = await givenWorld(oauth('stand-in-secret'));
  expect((await good.look({ databricks: { authentication: 'oauth' } }))['Databricks sign-in']!.state).toBe('ok');
  const bad = await givenWorld(oauth('secret-that-nobody-prints'));
  const findings = await bad.look({ databricks: { authentication: 'oauth' } });
  expect(findings['Databricks sign-in']).toMatchObject({
    state: 'fails',
    fix: "look at the service principal's id and secret in the secret: expired, of another workspace, or not allowed this",
  });
  expect(JSON.stringify(findings)).not.toContain('secret-that-nobody-prints');
});

test('who is no admin may fail, as a group of a group is not listed', async () => {
  const { look } = await givenWorld({}, { admin: false });
  expect((await look())['Databricks sign-in']).toMatchObject({
    state: 'warns',
    found: "ada@example.com is not listed among the workspace's admins, who alone may register an instance profile",
  });
});

test.each([
  ['jobs', '/api/2.2/jobs/list'],
  ['files', '/api/2.0/workspace/get-status'],
  ['instance profiles', '/api/2.0/instance-profiles/list'],
])('who may not see %s fails with what was refused', async (_, path) => {
  const { databricks, look } = await givenWorld();
  databricks.failNext({ path, status: 403, body: { error_code: 'PERMISSION_DENIED', message: 'no' } });
  expect((await look())['Databricks sign-in']).toEqual({
    check: 'Databricks sign-in',
    state: 'fails',
    found: `GET ${path} answered 403 PERMISSION_DENIED no`,
    fix: 'look at the token in the secret: expired, of another workspace, or not allowed this',
  });
});

test('a runtime or machine that the workspace does not offer fails with those it does', async () => {
  const old = await givenWorld(
    {},
    { sparkVersions: ['15.4.x-scala2.12', '17.4.x-scala2.13', '18.0.x-scala2.13', '18.0.x-gpu-ml-scala2.13'] },
  );
  expect((await old.look())['Databricks clusters']).toMatchObject({
    state: 'fails',
    found: 'no runtime 17.3.x-scala2.13',
    fix: 'databricks.sparkVersion: 17.4.x-scala2.13, 18.0.x-scala2.13',
  });
  const small = await givenWorld({}, { nodeTypes: ['m5d.large'] });
  expect((await small.look())['Databricks clusters']).toMatchObject({
    state: 'fails',
    found: 'no machines m6gd.large',
  });
});

test('a machine without a disk of its own fails with one that starts', async () => {
  const { look } = await givenWorld({}, { nodeTypes: ['m6g.large', 'm6gd.large'] });
  expect((await look({ databricks: { nodeType: 'm6g.large' } }))['Databricks clusters']).toMatchObject({
    state: 'fails',
    found: expect.stringMatching(/^m6g\.large has no disk of its own/),
    fix: 'databricks.nodeType: a size with one, such as m6gd.large',
  });
});

test('a workspace with serverless compute alone is told as that', async () => {
  const { look } = await givenWorld({}, { nodeTypes: [] });
  expect((await look())['Databricks clusters']).toMatchObject({
    state: 'fails',
    found: expect.stringMatching(/^the workspace offers no machines, as one with serverless compute alone does/),
    fix: 'databricks.workspaceUrl: a workspace with classic compute; or spark in place of databricks',
  });
});

describe('tables', () => {
  const tables = async (settings: object, workspace: DatabricksOptions) =>
    (await (await givenWorld({}, workspace)).look({ databricks: { ...settings } }))['Databricks tables'];

  test('in a catalog need it to be there, and the rights to make a schema in it', async () => {
    const catalogs = { main: ['USE_CATALOG', 'CREATE_SCHEMA'], read: ['USE_CATALOG'], all: ['ALL_PRIVILEGES'] };
    expect(await tables({ catalog: 'main' }, { catalogs })).toMatchObject({ state: 'ok', found: 'catalog main' });
    expect(await tables({ catalog: 'all' }, { catalogs })).toMatchObject({ state: 'ok' });
    expect(await tables({ catalog: 'none' }, { catalogs })).toMatchObject({
      state: 'fails',
      found: 'no catalog none that ada@example.com sees',
    });
    expect(await tables({ catalog: 'read', runAs: 'ops@example.com' }, { catalogs })).toMatchObject({
      state: 'warns',
      found: 'ops@example.com is not seen to have CREATE_SCHEMA on catalog read',
      fix: 'unless they own it: GRANT CREATE SCHEMA ON CATALOG read TO `ops@example.com`',
    });
  });

  test('in a folder need an external location over it, and the rights to write there', async () => {
    const all = ['CREATE_EXTERNAL_TABLE', 'READ_FILES', 'WRITE_FILES'];
    const over = (url: string, privileges = all) => ({ externalLocations: [{ name: 'pins', url, privileges }] });
    const settings = { tablesPath: 's3://tables/pins' };
    expect(await tables(settings, over('s3://tables/'))).toMatchObject({
      state: 'ok',
      found: 's3://tables/pins, in external location pins',
    });
    for (const elsewhere of ['s3://table', 's3://tables/pin', 's3://tables/pins/clean']) {
      expect([elsewhere, await tables(settings, over(elsewhere))]).toMatchObject([
        elsewhere,
        { state: 'fails', found: 'no external location of Unity Catalog holds s3://tables/pins' },
      ]);
    }
    expect(await tables(settings, over('s3://tables', ['READ_FILES']))).toMatchObject({
      state: 'warns',
      found: 'ada@example.com is not seen to have CREATE_EXTERNAL_TABLE, WRITE_FILES on external location pins',
      fix: 'unless they own it: GRANT CREATE EXTERNAL TABLE, WRITE FILES ON EXTERNAL LOCATION pins TO `ada@example.com`',
    });
  });

  test('what may not be asked is skipped', async () => {
    const { databricks, look } = await givenWorld();
    databricks.failNext({
      path: '/catalogs/main',
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', message: 'no' },
    });
    expect((await look({ databricks: { catalog: 'main' } }))['Databricks tables']).toMatchObject({
      state: 'skipped',
      found: 'GET /api/2.1/unity-catalog/catalogs/main answered 403 PERMISSION_DENIED no',
    });
  });
});

test('an address at which no workspace answers fails, and no token is sent there', async () => {
  const { databricks, look } = await givenWorld();
  databricks.failNext({
    path: '/oidc/.well-known/oauth-authorization-server',
    status: 200,
    body: '<html>Log in</html>',
  });
  const findings = await look();
  expect(findings['Databricks workspace']).toMatchObject({
    state: 'fails',
    found: `${databricks.url} answers 200, and not as a workspace does`,
  });
  expect(databricks.calls).toHaveLength(1);
});

test('an address that is not reached fails with why', async () => {
  const { databricks, look } = await givenWorld();
  await databricks.close();
  expect((await look())['Databricks workspace']).toMatchObject({
    state: 'fails',
    found: `${databricks.url} is not reached: ECONNREFUSED`,
  });
});

test('a workspace that is busy is no fault of the environment', async () => {
  const { databricks, look } = await givenWorld();
  databricks.failNext({ path: '/Me', status: 503, times: 2, headers: { 'retry-after': '0' } });
  expect((await look())['Databricks sign-in']!.state).toBe('skipped');
});
