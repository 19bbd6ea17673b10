import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EMRServerlessClient } from '@aws-sdk/client-emr-serverless';
import { awsClients } from '../../ops/preflight/aws-clients';
import { ApiRefused } from '../../ops/smoke/api';
import { gather, verdict, withoutNames } from '../../ops/verify-live/evidence';
import { PROBES, type Probe, type Reach } from '../../ops/verify-live/probes';
import { startAws } from '../../stand-ins/aws';
import { startEmr } from '../../stand-ins/emr-serverless';
import { givenConfig } from '../lib/testing/environment';
import { environmentOf } from './preflight/testing/world';
import { fakeCloud } from './testing/cloud';

const page = readFileSync(join(__dirname, '../../docs/stacks.md'), 'utf8');

test.each([
  [[], '--env <name> is missing; npm run verify-live -- --help lists what there is'],
  [
    ['--env', 'dev', '--evidense', 'x'],
    "unknown option '--evidense' (Did you mean --evidence?); npm run verify-live -- --help lists what there is",
  ],
])('%j is refused with 2 and one line before anything is asked', (argv, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'ops/verify-live.ts', ...argv], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect([status, stdout, stderr]).toEqual([2, '', `${message}\n`]);
});

test('claims of the page and probes are one list', () => {
  const section = page.split('## What only a live account can show')[1]!;
  const claims = [...section.matchAll(/^- `([a-z-]+)`: /gm)].map(([, id]) => id);
  expect(claims.length).toBeGreaterThan(15);
  expect(PROBES.map(({ id }) => id)).toEqual(claims);
});

test('a probe that breaks is not tried, and the ones after it are', async () => {
  const probes: Probe[] = [
    {
      id: 'breaks',
      look: async () => Promise.reject(new Error('no access to arn:aws:kafka:eu-west-1:111122223333:x')),
    },
    { id: 'holds', look: async () => ({ state: 'holds', found: 'ada.pin of 111122223333' }) },
    { id: 'not', look: async () => ({ state: 'does not hold', found: '' }) },
  ];
  const said: string[] = [];
  const evidence = await gather(probes, { config: givenConfig() } as Reach, {
    now: () => new Date('2026-11-29T12:00:00Z'),
    say: ({ id }) => said.push(id),
  });
  expect(evidence).toEqual({
    made: '2026-11-29',
    region: 'eu-west-1',
    claims: [
      { id: 'breaks', state: 'not tried', found: 'Error: no access to <arn>' },
      { id: 'holds', state: 'holds', found: '<user-id>.pin of <account>' },
      { id: 'not', state: 'does not hold', found: '' },
    ],
  });
  expect(said).toEqual(['breaks', 'holds', 'not']);
  expect(verdict(evidence)).toBe('1 claims hold, 1 do not, 1 were not tried.');
});

test('nothing that names an account, a person, an address or a key is left in a text', () => {
  const text =
    'AKIAIOSFODNN7EXAMPLE ops@example.com https://abc.execute-api.us-east-1.amazonaws.com/dev 111122223333 ada-x';
  expect(withoutNames(text, { config: givenConfig() })).toBe('<key> <e-mail> <address> <account> <user-id>-x');
});

test('in an account where nothing is deployed, what can be asked of AWS alone is asked', async () => {
  const aws = await startAws();
  Object.assign(process.env, environmentOf(aws));
  const { cloudFormation, kafka, emr } = awsClients('eu-west-1');
  try {
    const { claims } = await gather(
      PROBES,
      { config: givenConfig(), cloudFormation, kafka, emr },
      {
        now: () => new Date(),
        say: () => {},
      },
    );
    const states = Object.fromEntries(claims.map(({ id, state }) => [id, state]));
    expect(states['kafka-version']).toBe('holds');
    expect(states['api-link']).toBe('not tried');
    expect(Object.values(states)).not.toContain('does not hold');
  } finally {
    await aws.close();
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  }
});

test('the link is proven by our topic in the list that comes through it', async () => {
  const probe = PROBES.find(({ id }) => id === 'api-link')!;
  const through = (topics: unknown) =>
    probe.look({ config: givenConfig(), api: async () => topics } as unknown as Reach);
  expect(await through(['ada.pin'])).toMatchObject({ state: 'holds' });
  expect(await through(['other'])).toMatchObject({ state: 'does not hold' });
});

test('answers by URL are proven by how a view and a layer that are not there are told', async () => {
  const probe = PROBES.find(({ id }) => id === 'views-by-url')!;
  const told = {
    'views/no_such_view': [404, "no view 'no_such_view' (known: top_category_by_year)"],
    'views/top_category_by_year?layer=none': [400, "layer must be one of batch, speed, serving, got 'none'"],
  } as const;
  const asked = (change: Partial<Record<keyof typeof told, readonly [number, string]>>) =>
    probe.look({
      config: givenConfig(),
      api: async (path: keyof typeof told) => {
        const [status, said] = { ...told, ...change }[path];
        if (status === 200) return {};
        throw new ApiRefused(`GET ${path} answered ${status}`, status, said);
      },
    } as unknown as Reach);
  expect(await asked({})).toEqual({
    state: 'holds',
    found:
      "a view that is not there: 404 no view 'no_such_view' (known: top_category_by_year); a layer: 400 layer must be one of batch, speed, serving, got 'none'; npm run contract also asks for 304",
  });
  // Where the template of the answer knew nothing of the request.
  const blind = { 'views/no_such_view': [404, "no view '' (known: top_category_by_year)"] } as const;
  expect(await asked(blind)).toMatchObject({ state: 'does not hold' });
  const layer = 'views/top_category_by_year?layer=none';
  expect(await asked({ [layer]: [200, ''] })).toMatchObject({ state: 'does not hold' });
  expect(await asked({ [layer]: [404, "no answers yet in 'none'"] })).toMatchObject({ state: 'does not hold' });
});

test('a run on EMR is proven by the last one that ended, with its minutes', async () => {
  const probe = PROBES.find(({ id }) => id === 'spark-run')!;
  let code = 0;
  const service = await startEmr({
    region: 'eu-west-1',
    account: '111122223333',
    execute: async () => ({ code, said: 'no class DeltaLog' }),
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const emr = new EMRServerlessClient({ region: 'eu-west-1', credentials, endpoint: service.url });
  const { applicationId } = service.applications.create({ type: 'SPARK', releaseLabel: 'emr-spark-8.1.0' });
  const application = {
    ResourceType: 'AWS::EMRServerless::Application',
    LogicalResourceId: 'Application',
    PhysicalResourceId: applicationId,
    ResourceStatus: 'CREATE_COMPLETE',
  };
  const among = (StackResourceSummaries: object[]) => {
    const { cloud: cloudFormation } = fakeCloud({ ListStackResources: () => ({ StackResourceSummaries }) });
    return probe.look({ config: givenConfig(), cloudFormation, emr } as unknown as Reach);
  };
  const run = async () => {
    service.applications.start(applicationId);
    const { jobRunId } = service.runs.start(service.applications, applicationId, {
      mode: 'BATCH',
      name: 'run',
      clientToken: `run-${code}`,
      executionRoleArn: 'arn:aws:iam::111122223333:role/runs',
      jobDriver: { sparkSubmit: { entryPoint: 's3://lake/entry.py' } },
    });
    while (!/SUCCESS|FAILED/.test(service.runs.get(applicationId, jobRunId).state)) await pause(10);
  };
  try {
    expect(await among([])).toEqual({ state: 'not tried', found: 'there is no stack Spark' });
    expect(await among([application])).toMatchObject({ state: 'not tried' });
    await run();
    expect(await among([application])).toEqual({ state: 'holds', found: 'the last of 1 runs took 0.0 min' });
    code = 1;
    await run();
    expect(await among([application])).toEqual({
      state: 'does not hold',
      found: expect.stringMatching(/^the last of 2 runs took 0\.0 min and failed: .*no class DeltaLog/),
    });
  } finally {
    emr.destroy();
    await service.close();
  }
});
