import '@pipeline/cli/node-version';
import { loadEnvironment } from '../config/load';
import { airflowSecretOptions } from './airflow-secret';
import { runCdk, runCdkCommand } from './cdk';
import { refuseWithoutCredentials } from './credentials';

runCdkCommand('diff', 'Shows what a deployment would change in AWS.', async ({ env, rest }) => {
  const environment = loadEnvironment(env);
  await refuseWithoutCredentials(environment.region);
  const secret = await airflowSecretOptions(environment, (line) => console.error(`Warning: ${line}`));
  return runCdk('diff', env, [...secret, ...rest]);
});
