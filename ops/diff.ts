import { runCdk, runCdkCommand } from './cdk';

runCdkCommand('diff', 'Shows what a deployment would change in AWS.', ({ env, rest }) => runCdk('diff', env, rest));
