import { parseCdkCommand, runCdk } from './cdk';

const { env, rest } = parseCdkCommand('diff', 'Shows what a deployment would change in AWS.', process.argv.slice(2));
runCdk('diff', env, rest).then((code) => {
  process.exitCode = code;
});
