import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { loadEnvironment } from '../../config/load';
import { airflowSecretOptions } from '../../ops/airflow-secret';
import { checkDecisions } from '../../ops/preflight/decisions';
import { refuseUndecided, undecided } from '../../ops/undecided';
import { startAws } from '../../stand-ins/aws';
import { EVERYTHING, givenConfig } from '../lib/testing/environment';

const keysOf = (settings: Record<string, unknown>) =>
  undecided(givenConfig(settings)).map(({ key, stops }) => [key, stops]);

test('Airflow without an engine stops a deployment; with one it does not', () => {
  const { orchestration, databricks } = EVERYTHING;
  const monitoring = { email: 'ops@example.com' };
  expect(keysOf({ destroyData: true, monitoring, orchestration })).toEqual([['orchestration', true]]);
  expect(keysOf({ destroyData: true, monitoring, orchestration, databricks })).toEqual([]);
  const { spark } = loadEnvironment('dev');
  expect(keysOf({ destroyData: true, monitoring, orchestration, spark })).toEqual([]);
});

test('alarms that go to nobody are said, and stop what keeps its data', () => {
  expect(keysOf({ destroyData: true })).toEqual([['monitoring', false]]);
  expect(keysOf({ destroyData: false })).toEqual([['monitoring', true]]);
  const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:ops';
  expect(keysOf({ destroyData: false, monitoring: { alarmTopicArn } })).toEqual([]);
});

test('what keeps its data names its account', () => {
  expect(keysOf({ destroyData: false, account: undefined, monitoring: { email: 'ops@example.com' } })).toEqual([
    ['account', true],
  ]);
});

test('a deployment of prod as it ships is refused with every open decision at once', () => {
  expect(() => refuseUndecided(loadEnvironment('prod'))).toThrow(
    /^config\/prod\.yaml: account: [^\n]+\nconfig\/prod\.yaml: monitoring: alarms go to nobody; [^\n]+$/,
  );
  expect(refuseUndecided(loadEnvironment('dev'))).toEqual([
    'config/dev.yaml: monitoring: alarms go to nobody; monitoring.email, or monitoring.alarmTopicArn of a topic of your own',
  ]);
});

test('preflight says the same, as what would fail or may', () => {
  expect(checkDecisions(loadEnvironment('dev')).map(({ state }) => state)).toEqual(['warns']);
  expect(checkDecisions(loadEnvironment('prod')).map(({ state }) => state)).toEqual(['fails', 'fails']);
  expect(checkDecisions(givenConfig({ monitoring: { email: 'ops@example.com' } }))).toMatchObject([{ state: 'ok' }]);
});

describe('the version of the secret that Airflow gets', () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' };
  const ask = async (name: string, settings: Record<string, unknown> = EVERYTHING) => {
    const aws = await startAws({ secrets: { [name]: { text: '{}' } } });
    const said: string[] = [];
    const client = new SecretsManagerClient({ region: 'eu-west-1', endpoint: aws.url, credentials, maxAttempts: 1 });
    const options = await airflowSecretOptions(givenConfig(settings), (line) => said.push(line), client);
    await aws.close();
    return { options, said, calls: aws.calls };
  };

  test('is named to the CDK, of the secret of its own if it has one', async () => {
    expect(await ask('databricks/ada')).toMatchObject({ options: ['-c', 'airflowSecretVersion=version-1'], said: [] });
    const own = { ...EVERYTHING, databricks: { ...EVERYTHING.databricks, airflowSecretName: 'airflow/ada' } };
    expect((await ask('airflow/ada', own)).options).toEqual(['-c', 'airflowSecretVersion=version-1']);
  });

  test('is none where the secret cannot be looked at, and that is said', async () => {
    const { options, said } = await ask('another');
    expect(options).toEqual([]);
    expect(said).toEqual([
      'secret databricks/ada cannot be looked at (ResourceNotFoundException), so a rotated one does not reach Airflow with this deployment',
    ]);
  });

  test('is not asked for without Airflow', async () => {
    expect(await ask('x', {})).toEqual({ options: [], said: [], calls: [] });
  });
});
