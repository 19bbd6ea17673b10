import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { LakeStack } from '../../../lib/stacks/lake-stack';
import { givenApp, givenConfig, withoutHashes } from '../testing/environment';

function given(settings: Record<string, unknown> = {}) {
  const stack = new LakeStack(givenApp(), 'Lake', { config: givenConfig(settings) });
  return { stack, template: Template.fromStack(stack) };
}

test('topics and artefacts are encrypted with our key, versioned, closed to the public and logged', () => {
  const { template } = given();
  const buckets = template.findResources('AWS::S3::Bucket', {
    Properties: { VersioningConfiguration: { Status: 'Enabled' } },
  });
  expect(Object.keys(buckets)).toHaveLength(2);
  for (const { Properties } of Object.values(buckets)) {
    expect(Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LoggingConfiguration: { LogFilePrefix: expect.stringMatching(/^s3\/(topics|artefacts)\/$/) },
    });
  }
  template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
});

test('every bucket refuses requests without TLS', () => {
  const policies = Object.values(given().template.findResources('AWS::S3::BucketPolicy'));
  expect(policies).toHaveLength(3);
  for (const { Properties } of policies) {
    expect(Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  }
});

test('unfinished uploads and old versions go away by themselves', () => {
  given().template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: [
        {
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          Status: 'Enabled',
        },
      ],
    },
  });
});

test('the topics’ bucket has the name the environment gives it, and otherwise CloudFormation’s', () => {
  given({ lakeBucketName: 'user-ada-bucket' }).template.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: 'user-ada-bucket',
  });
  given().template.allResourcesProperties('AWS::S3::Bucket', { BucketName: Match.absent() });
});

test('the smoke test is told where the topics’ files are', () => {
  const { template } = given();
  const [[bucket]] = Object.entries(template.findResources('AWS::S3::Bucket')).filter(([id]) => /Topics/.test(id)) as [
    [string, unknown],
  ];
  template.hasOutput('TopicsBucket', { Value: { Ref: bucket } });
});

test('buckets and key outlive the stack unless the environment allows destroying data', () => {
  for (const type of ['AWS::S3::Bucket', 'AWS::KMS::Key']) {
    given().template.allResources(type, { DeletionPolicy: 'Retain' });
    given({ destroyData: true }).template.allResources(type, { DeletionPolicy: 'Delete' });
  }
  given().template.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  given({ destroyData: true }).template.resourceCountIs('Custom::S3AutoDeleteObjects', 3);
  expect(given().stack.terminationProtection).toBe(true);
});

test('grantReadTopics allows listing the bucket, reading its topics and decrypting, and nothing else', () => {
  const stack = new LakeStack(givenApp(), 'Lake', { config: givenConfig() });
  const reader = new iam.Role(
    new Stack(stack.node.root as never, 'Reader', { env: { account: '111122223333', region: 'eu-west-1' } }),
    'Role',
    {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    },
  );
  stack.lake.grantReadTopics(reader);
  const output = (name: RegExp) => ({
    'Fn::GetStackOutput': expect.objectContaining({ OutputName: expect.stringMatching(name) }),
  });
  const [policy] = Object.values(Template.fromStack(Stack.of(reader)).findResources('AWS::IAM::Policy'));
  expect(policy!.Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: output(/LakeTopics/),
    },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [output(/LakeTopics/), '/topics/*']] } },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: output(/LakeKey/) },
  ]);
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
