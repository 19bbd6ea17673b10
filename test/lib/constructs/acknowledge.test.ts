import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgeWildcard } from '../../../lib/constructs/acknowledge';
import { givenApp } from '../testing/environment';

/** A role in one stack with a wildcard under a bucket of another, as the sink has, and the rules on. */
function given() {
  const app = givenApp();
  const role = new iam.Role(new Stack(app, 'Reader'), 'Role', {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
  });
  const owner = new iam.Role(new Stack(app, 'Owner'), 'Role', {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
  });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`${owner.roleArn}/topics/*`] }));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, role };
}

beforeAll(() => {
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
});

test('a wildcard that nobody acknowledged fails the synthesis', () => {
  expect(() => given().app.synth()).toThrow(/AwsSolutions-IAM5\[Resource::/);
});

test('an acknowledged ending passes, though its ARN is known only once stacks are joined', () => {
  const { app, role } = given();
  acknowledgeWildcard(role, '/topics/*', 'a test');
  expect(() => app.synth()).not.toThrow();
});

test('an ending acknowledges no other wildcard of the same role', () => {
  const { app, role } = given();
  acknowledgeWildcard(role, '/topics/*', 'a test');
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: ['*'] }));
  expect(() => app.synth()).toThrow(/AwsSolutions-IAM5\[Resource::\*\]/);
});

test('an acknowledgement that covers nothing any more fails the synthesis', () => {
  const { app, role } = given();
  acknowledgeWildcard(role, '/topics/*', 'a test');
  acknowledgeWildcard(role, '/gone/*', 'a test');
  expect(() => app.synth()).toThrow('no policy has a wildcard ending in /gone/*; delete its acknowledgement');
});
