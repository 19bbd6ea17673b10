import { loadEnvironment } from '../config/load';
import { airflowSecretOptions } from './airflow-secret';
import { runCdk, runCdkCommand } from './cdk';

runCdkCommand('diff', 'Shows what a deployment would change in AWS.', async ({ env, rest }) => {
  const secret = await airflowSecretOptions(loadEnvironment(env), (line) => console.error(`Warning: ${line}`));
  return runCdk('diff', env, [...secret, ...rest]);
});
