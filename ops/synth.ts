import { runCdk, runCdkCommand } from './cdk';

runCdkCommand(
  'synth',
  'Writes the CloudFormation templates of an environment to cdk.out/ and checks them. Needs no AWS account.',
  ({ env, rest }) => runCdk('synth', env, rest),
);
