import { DATASETS } from '@pipeline/datasets/schema';
import { Template } from 'aws-cdk-lib/assertions';
import { StreamsStack } from '../../../lib/stacks/streams-stack';
import { givenApp, givenConfig, withoutHashes } from '../testing/environment';

function given(settings: Record<string, unknown> = {}) {
  const stack = new StreamsStack(givenApp(), 'Streams', { config: givenConfig(settings) });
  return { stack, template: Template.fromStack(stack) };
}

test('each dataset has its stream, named for the user, and there are no others', () => {
  const { template } = given();
  template.resourceCountIs('AWS::Kinesis::Stream', DATASETS.length);
  for (const dataset of DATASETS) {
    template.hasResourceProperties('AWS::Kinesis::Stream', {
      Name: `streaming-ada-${dataset}`,
      ShardCount: 1,
      RetentionPeriodHours: 24,
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    });
  }
});

test('in the shared layout there is one stream for all datasets', () => {
  const { template } = given({
    streams: { layout: 'shared', name: 'Kinesis-Prod-Stream', mode: 'provisioned', shards: 3 },
  });
  template.resourceCountIs('AWS::Kinesis::Stream', 1);
  template.hasResourceProperties('AWS::Kinesis::Stream', { Name: 'Kinesis-Prod-Stream', ShardCount: 3 });
});

test('shards and retention come from the environment', () => {
  const { template } = given({ streams: { mode: 'provisioned', shards: 7, retentionHours: 49 } });
  template.allResourcesProperties('AWS::Kinesis::Stream', { ShardCount: 7, RetentionPeriodHours: 49 });
});

test('an on-demand stream counts its own shards', () => {
  const { template } = given({ streams: { mode: 'on-demand' } });
  template.allResourcesProperties('AWS::Kinesis::Stream', { StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  expect(JSON.stringify(template.toJSON())).not.toContain('ShardCount');
});

test('streams outlive the stack unless the environment allows destroying data', () => {
  given().template.allResources('AWS::Kinesis::Stream', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  given({ destroyData: true }).template.allResources('AWS::Kinesis::Stream', { DeletionPolicy: 'Delete' });
});

test('a stack that holds data is protected from deletion unless the environment allows destroying data', () => {
  expect(given().stack.terminationProtection).toBe(true);
  expect(given({ destroyData: true }).stack.terminationProtection).toBe(false);
});

test('the stack is named for the user and tagged with user and environment', () => {
  const { stack } = given();
  expect(stack.stackName).toBe('pinterest-ada-Streams');
  expect(stack.tags.tagValues()).toEqual({ pipeline: 'ada', environment: 'test' });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
