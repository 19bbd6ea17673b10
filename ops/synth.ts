import { parseCdkCommand, runCdk } from './cdk';

const { env, rest } = parseCdkCommand(
  'synth',
  'Writes the CloudFormation templates of an environment to cdk.out/ and checks them. Needs no AWS account.',
  process.argv.slice(2),
);
runCdk('synth', env, rest).then((code) => {
  process.exitCode = code;
});
