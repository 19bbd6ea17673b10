import type { Finding } from '../../../ops/preflight/finding';
import { endWorlds, givenWorld } from './testing/world';

afterEach(endWorlds);

const statesOf = (findings: Record<string, Finding>) =>
  Object.fromEntries(Object.values(findings).map(({ check, state }) => [check, state]));

const ALL_OK = {
  node: 'ok',
  'aws-cdk': 'ok',
  'aws-cdk-lib': 'ok',
  esbuild: 'ok',
  downloads: 'ok',
  decisions: 'ok',
  credentials: 'ok',
  bootstrap: 'ok',
  stacks: 'ok',
  zones: 'ok',
  machines: 'ok',
  networks: 'ok',
  addresses: 'ok',
  'Kafka version': 'ok',
  'Databricks secret': 'ok',
  'Databricks workspace': 'ok',
  'Databricks sign-in': 'ok',
  'Databricks clusters': 'ok',
  'Databricks tables': 'ok',
};

test('where a deployment would go through, every check is ok, and only what is known was asked', async () => {
  const { aws, databricks, look } = await givenWorld();
  expect(statesOf(await look())).toEqual(ALL_OK);
  expect(aws.unknown).toEqual([]);
  expect(aws.calls.filter((call) => !/ (Describe|Get|List|GET )/.test(call))).toEqual([]);
  expect(databricks.calls.map(({ method }) => method)).toEqual(Array(7).fill('GET'));
});

test('without credentials it looks as far as that goes, and says what it skipped', async () => {
  const { aws, look } = await givenWorld({}, {}, false);
  const findings = await look();
  expect(statesOf(findings)).toEqual({
    ...ALL_OK,
    credentials: 'skipped',
    bootstrap: 'skipped',
    stacks: 'skipped',
    zones: 'skipped',
    machines: 'skipped',
    networks: 'skipped',
    addresses: 'skipped',
    'Kafka version': 'skipped',
    'Databricks secret': 'skipped',
    'Databricks sign-in': 'skipped',
    'Databricks clusters': 'skipped',
    'Databricks tables': 'skipped',
  });
  expect(findings.credentials!.fix).toContain('aws sso login');
  expect(aws.calls).toEqual([]);
});

test('in another account than the file’s nothing more is looked at', async () => {
  const { aws, look } = await givenWorld({ account: '999988887777' });
  const findings = await look();
  expect(findings.credentials).toEqual({
    check: 'credentials',
    state: 'fails',
    found: 'arn:aws:iam::999988887777:user/ada is in account 999988887777, and config/test.yaml says 111122223333',
    fix: 'use credentials of 111122223333 (AWS_PROFILE), or change account in the file',
  });
  expect(findings.bootstrap!.state).toBe('skipped');
  expect(aws.calls).toEqual(['sts GetCallerIdentity']);
});

test('a file without an account takes that of the credentials', async () => {
  const { look } = await givenWorld({ account: '999988887777' });
  const findings = await look({ settings: { account: undefined } });
  expect(findings.credentials).toMatchObject({
    state: 'ok',
    found: 'arn:aws:iam::999988887777:user/ada; config/test.yaml names no account',
  });
  expect(findings.bootstrap!.state).toBe('ok');
});

test.each(['ExpiredToken', 'InvalidClientTokenId', 'SignatureDoesNotMatch'])(
  'credentials that AWS refuses with %s fail, with how to get others',
  async (code) => {
    const { aws, look } = await givenWorld();
    aws.refuse('sts', 403, code, 'no');
    const { credentials, stacks } = await look();
    expect(credentials).toMatchObject({ state: 'fails', found: `AWS refuses them: ${code}` });
    expect(credentials!.fix).toContain('aws sso login');
    expect(stacks!.state).toBe('skipped');
  },
);

test('AWS that is not reached fails', async () => {
  const { aws, look } = await givenWorld();
  await aws.close();
  expect((await look()).credentials).toMatchObject({
    state: 'fails',
    found: expect.stringMatching(/^sts:GetCallerIdentity got no answer: .*ECONNREFUSED/),
  });
});

test('what these credentials may not look at is skipped, as the deployment has roles of its own', async () => {
  const { aws, look } = await givenWorld();
  for (const service of ['ssm', 'cloudformation', 'kafka', 'secretsmanager']) {
    aws.refuse(service, 400, 'AccessDeniedException', 'User is not authorized');
  }
  aws.refuse('ec2', 403, 'UnauthorizedOperation', 'You are not authorized');
  const findings = await look();
  expect(findings).toMatchObject({
    bootstrap: { state: 'skipped', found: 'these credentials may not ssm:GetParameter' },
    stacks: { state: 'skipped', found: 'these credentials may not cloudformation:DescribeStacks' },
    zones: { state: 'skipped', found: 'these credentials may not ec2:DescribeAvailabilityZones' },
    networks: { state: 'skipped', found: 'these credentials may not ec2:DescribeVpcs' },
    addresses: { state: 'skipped', found: 'these credentials may not ec2:DescribeAddresses' },
    'Kafka version': { state: 'skipped', found: 'these credentials may not kafka:ListKafkaVersions' },
    'Databricks secret': {
      state: 'skipped',
      found: 'these credentials may not secretsmanager:GetSecretValue on databricks/ada',
    },
    'Databricks sign-in': { state: 'skipped' },
  });
});

test('an environment that names no workspace has one line about it', async () => {
  const { databricks, look } = await givenWorld();
  const findings = await look({ databricks: null });
  expect(Object.keys(findings).filter((check) => check.startsWith('Databricks'))).toEqual(['Databricks']);
  expect(findings.Databricks!.state).toBe('skipped');
  expect(databricks.calls).toEqual([]);
});
