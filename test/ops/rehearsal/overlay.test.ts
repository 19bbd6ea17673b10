import { loadArtefacts } from '../../../config/artefacts';
import { loadEnvironment } from '../../../config/load';
import { leftOut, overlaid, withStandIns } from '../../../ops/rehearsal/overlay';

const WORKSPACE = {
  workspaceUrl: 'https://dbc-1.cloud.databricks.com',
  secretName: 'mine/databricks',
  crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
  sparkVersion: '17.3.x-scala2.13',
};

test('what the files leave out is known by name', () => {
  expect(leftOut(loadEnvironment('dev'))).toEqual(['orchestration', 'sourceDatabase', 'databricks']);
  expect(leftOut(loadEnvironment('prod'))).toEqual(['sourceDatabase', 'databricks']);
});

test('with nothing to change an environment stays what its file says', () => {
  const staging = loadEnvironment('staging');
  expect(overlaid(staging, {})).toEqual(staging);
});

test('switching on adds what is left out, and leaves alone what is there', () => {
  const staging = loadEnvironment('staging');
  const { orchestration, sourceDatabase, databricks, ...rest } = overlaid(staging, { switchOn: true });
  expect(orchestration).toEqual(staging.orchestration);
  expect(sourceDatabase).toEqual(staging.sourceDatabase);
  expect(databricks?.secretName).toBe('rehearsal/databricks');
  const { orchestration: _1, sourceDatabase: _2, databricks: _3, ...before } = staging;
  expect(rest).toEqual(before);
});

test('what is joined takes the place of a network and a cluster of one’s own, checked like a file', () => {
  const dev = loadEnvironment('dev');
  const vpc = { id: 'vpc-0123456789abcdef0', privateSubnets: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'] };
  const cluster = {
    arn: 'arn:aws:kafka:us-east-1:111122223333:cluster/shared/11111111-2222-3333-4444-555555555555-3',
    securityGroup: 'sg-0123456789abcdef0',
  };
  const { userId, network, kafka } = overlaid(dev, { joins: { userId: 'ours', vpc, cluster } });
  expect([userId, network]).toEqual(['ours', { availabilityZones: ['us-east-1a', 'us-east-1b'], vpc }]);
  expect(kafka).toEqual({ ...dev.kafka, cluster });
  expect(overlaid(dev, { others: 'theirs' })).toEqual({ ...dev, userId: 'theirs' });
  const strange = { userId: 'ours', vpc: { ...vpc, id: 'net-1' }, cluster };
  expect(() => overlaid(dev, { joins: strange })).toThrow('network.vpc.id must be the id of a VPC');
});

test('a change reaches its setting alone', () => {
  const dev = loadEnvironment('dev');
  const changed = overlaid(dev, { changes: { 'kafka.volumeGiB': 40 } });
  expect(changed).toEqual({ ...dev, kafka: { ...dev.kafka, volumeGiB: 40 } });
});

test.each([
  [{ 'kafka.volumeGiB': 0 }, 'config/dev.yaml: kafka.volumeGiB must be'],
  [{ 'kafka.volume': 40 }, 'config/dev.yaml: unknown key kafka.volume'],
  [
    { 'orchestration.maxWorkers': 2 },
    "--change orchestration.maxWorkers: there is no group of settings 'orchestration'",
  ],
  [{ userId: 'somebody-else' }, '--change userId: that makes another environment'],
])('a change to %j is refused as the file would be', (changes, message) => {
  expect(() => overlaid(loadEnvironment('dev'), { changes })).toThrow(message);
});

test('what is outside AWS is led to the stand-ins, whatever the file names', () => {
  const mine = overlaid(loadEnvironment('dev'), { changes: { spark: undefined, databricks: WORKSPACE } });
  const downloads = { 'kafka-connect-s3': { url: 'http://127.0.0.1:7/sink.zip', sha256: 'a'.repeat(64) } };
  const { config, artefacts } = withStandIns(mine, loadArtefacts(), { workspaceUrl: 'http://127.0.0.1:8', downloads });
  expect(config.databricks).toMatchObject({ workspaceUrl: 'http://127.0.0.1:8', secretName: 'mine/databricks' });
  expect(artefacts['kafka-connect-s3']).toEqual({
    version: '12.1.11',
    url: 'http://127.0.0.1:7/sink.zip',
    sha256: 'a'.repeat(64),
    licence: 'Confluent Community License 1.0',
  });
});
