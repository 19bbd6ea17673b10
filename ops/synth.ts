import '@pipeline/cli/node-version';
import { loadEnvironment } from '../config/load';
import { runCdk, runCdkCommand } from './cdk';

runCdkCommand(
  'synth',
  'Writes the CloudFormation templates of an environment to cdk.out/ and checks them. Needs no AWS account.',
  async ({ env, rest }) => {
    // What is wrong with the file is said before the CDK is started, which takes seconds.
    loadEnvironment(env);
    return runCdk('synth', env, rest);
  },
);
