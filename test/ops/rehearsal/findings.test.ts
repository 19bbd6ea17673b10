import type { Assembly, AssemblyStack } from '../../../ops/rehearsal/assembly';
import type { Event } from '../../../ops/rehearsal/cloud-formation';
import {
  differencesOf,
  failuresOf,
  leftDifferencesOf,
  refusalsOf,
  replacementsOf,
} from '../../../ops/rehearsal/findings';

function givenStack(resources: AssemblyStack['resources'] = {}): AssemblyStack {
  return { id: 'Lake', name: 'pinterest-ada-Lake', needs: [], isProtected: false, resources };
}

function givenEvent(event: Partial<Event>): Event {
  const nothing = { logicalId: 'Topics1', physicalId: '', type: 'AWS::S3::Bucket', status: '', reason: '' };
  return { at: new Date(0), isStack: false, ...nothing, ...event };
}

const BUCKET = {
  Type: 'AWS::S3::Bucket',
  Properties: { Tags: [1], BucketName: 'a' },
  Metadata: { 'aws:cdk:path': 'Lake/Topics/Resource' },
};
const AT_BUCKET = { stack: 'Lake', resource: 'Lake/Topics/Resource', type: 'AWS::S3::Bucket' };
const ended = (output: string, more: object = {}) => ({ code: 1, output, seconds: 3, tooLong: false, ...more });

test('a failure is named by its path, without its stack trace, and what was given up with it is left out', () => {
  const events = [
    givenEvent({ status: 'CREATE_IN_PROGRESS' }),
    givenEvent({
      status: 'CREATE_FAILED',
      reason: 'Error: no\n  such key\n\nLogs: /aws/lambda/x\n    at handler (x.js:1)',
    }),
    givenEvent({ status: 'CREATE_FAILED', reason: 'Resource creation cancelled', logicalId: 'Other' }),
    givenEvent({ status: 'DELETE_FAILED', reason: 'The following resource(s) failed: [Topics1].', isStack: true }),
  ];
  expect(failuresOf('deploy', givenStack({ Topics1: BUCKET }), events)).toEqual([
    { step: 'deploy', ...AT_BUCKET, what: 'Error: no such key' },
  ]);
});

test('a stack that fails as a whole is named alone', () => {
  const events = [givenEvent({ status: 'CREATE_FAILED', reason: 'Template error: no index 6', isStack: true })];
  expect(failuresOf('deploy', givenStack(), events)).toEqual([
    { step: 'deploy', stack: 'Lake', what: 'Template error: no index 6' },
  ]);
});

test('a template that is refused is told in the CLI’s words, and a command without end as such', () => {
  const assembly: Assembly = { folder: '', stacks: [givenStack()] };
  const refused = ended('x\n❌  pinterest-ada-Lake failed to deploy\n‣ ValidationError: Template too large\n');
  expect(refusalsOf('deploy', assembly, refused)).toEqual([
    { step: 'deploy', stack: 'Lake', what: '‣ ValidationError: Template too large' },
  ]);
  expect(refusalsOf('deploy', assembly, ended('', { code: null, seconds: 300.4, tooLong: true }))).toEqual([
    { step: 'deploy', stack: 'Lake', what: 'did not end within 300 s' },
  ]);
});

test('a type that the engine does not know is found in the stack that has it', () => {
  const stacks = [{ ...givenStack(), id: 'Api' }, givenStack({ Topics1: BUCKET })];
  const refused = ended('Template format error: Unrecognized resource types: [AWS::S3::Bucket]\n');
  expect(refusalsOf('deploy', { folder: '', stacks }, refused)).toEqual([
    {
      step: 'deploy',
      ...AT_BUCKET,
      what: 'the engine does not know the type; it needs a stand-in in ops/rehearsal/ministack/',
    },
  ]);
});

test('what differs at a second deployment is named with its properties, not what was merely touched', () => {
  const again = givenStack({
    Topics1: { ...BUCKET, Properties: { Tags: [2], BucketName: 'a' } },
    Key1: { Type: 'AWS::KMS::Key' },
  });
  const before = givenStack({ Topics1: BUCKET, Key1: { Type: 'AWS::KMS::Key' } });
  const events = [
    givenEvent({ status: 'UPDATE_COMPLETE' }),
    givenEvent({ status: 'UPDATE_COMPLETE', logicalId: 'Key1' }),
  ];
  expect(differencesOf('again', before, again, events)).toEqual([
    { step: 'again', ...AT_BUCKET, what: 'a second deployment of the same app changed it: Tags' },
  ]);
  expect(differencesOf('again', before, before, events)).toEqual([
    {
      step: 'again',
      stack: 'Lake',
      what: 'a second deployment of the same app changed it, though no property differs: Lake/Topics/Resource, Key1',
    },
  ]);
});

test('another id of what holds data is a replacement; of anything else it is none', () => {
  const before = [
    { logicalId: 'Topics1', physicalId: 'one', type: 'AWS::S3::Bucket' },
    { logicalId: 'Role1', physicalId: 'two', type: 'AWS::IAM::Role' },
  ];
  const after = before.map((resource) => ({ ...resource, physicalId: `new-${resource.physicalId}` }));
  expect(replacementsOf('change', givenStack({ Topics1: BUCKET }), before, before)).toEqual([]);
  expect(replacementsOf('change', givenStack({ Topics1: BUCKET }), before, after)).toEqual([
    { step: 'change', ...AT_BUCKET, what: 'it holds data, and the update replaced one by an empty new-one' },
  ]);
});

test('what cdk diff prints is read by stack and resource', () => {
  const assembly: Assembly = { folder: '', stacks: [givenStack()] };
  const output = 'Stack Lake (pinterest-ada-Lake)\nResources\n[~] AWS::S3::Bucket Lake/Topics Topics1 \n └─ [~] Tags\n';
  expect(leftDifferencesOf('diff', assembly, ended(output, { code: 0 }))).toEqual([]);
  expect(leftDifferencesOf('diff', assembly, ended(output))).toEqual([
    {
      step: 'diff',
      stack: 'Lake',
      resource: 'Lake/Topics',
      type: 'AWS::S3::Bucket',
      what: 'cdk diff finds a difference right after it was deployed',
    },
  ]);
});
