import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { loadMachineImages, processorOf } from '../../config/machine-images';
import { refuseUnpinnedImage } from '../../ops/deployment';
import { latestImage, withImage } from '../../ops/pin-image';
import { startAws } from '../../stand-ins/aws';

test('the latest image is asked for by processor, in the region', async () => {
  const aws = await startAws();
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' };
  const ssm = new SSMClient({ region: 'eu-west-1', endpoint: aws.url, credentials });
  try {
    expect(await latestImage(ssm, 'x86_64')).toBe('ami-0aaaaaaaaaaaaaaa1');
    expect(await latestImage(ssm, 'arm64')).toBe('ami-0aaaaaaaaaaaaaaa2');
    expect(aws.unknown).toEqual([]);
  } finally {
    ssm.destroy();
    await aws.close();
  }
});

test('an image joins those of other regions and processors, and takes the place of its own', () => {
  const before = { 'us-east-1': { x86_64: 'ami-00000001' } };
  const more = withImage(withImage(before, 'eu-west-1', 'arm64', 'ami-00000002'), 'us-east-1', 'arm64', 'ami-00000003');
  expect(JSON.stringify(more)).toBe(
    '{"eu-west-1":{"arm64":"ami-00000002"},"us-east-1":{"arm64":"ami-00000003","x86_64":"ami-00000001"}}',
  );
  expect(withImage(more, 'us-east-1', 'x86_64', 'ami-00000004')['us-east-1']).toEqual({
    arm64: 'ami-00000003',
    x86_64: 'ami-00000004',
  });
});

test.each([
  ['t3.small', 'x86_64'],
  ['m7i.large', 'x86_64'],
  ['g4dn.xlarge', 'x86_64'],
  ['m7g.large', 'arm64'],
  ['t4g.small', 'arm64'],
  ['c7gn.xlarge', 'arm64'],
])('%s is a machine of %s', (instanceType, processor) => {
  expect(processorOf(instanceType)).toBe(processor);
});

test('a deployment without a pinned image is refused with the command that pins it', () => {
  const environment = { name: 'dev', region: 'us-east-1', kafkaClient: { instanceType: 't3.small', instances: 1 } };
  expect(() => refuseUnpinnedImage({ 'us-east-1': { arm64: 'ami-00000001' } }, environment)).toThrow(
    'machine-images.lock.json: no image for x86_64 in us-east-1; run npm run pin-artefacts -- --env dev, then commit what it wrote',
  );
  expect(() => refuseUnpinnedImage({ 'us-east-1': { x86_64: 'ami-00000001' } }, environment)).not.toThrow();
});

test('what is no image is refused with its place', () => {
  const file = join(tmpdir(), `images-${process.pid}.json`);
  writeFileSync(file, '{"us-east-1":{"x86_64":"latest"}}');
  expect(() => loadMachineImages(file)).toThrow(
    'machine-images.lock.json: us-east-1.x86_64 must be the id of a machine image such as ami-0123456789abcdef0',
  );
});
