import { EMRServerlessClient, StartApplicationCommand } from '@aws-sdk/client-emr-serverless';
import type { EnvironmentConfig } from '../../config/schema';
import type { Databricks } from '../../stand-ins/databricks';
import { deployedStack } from '../change-sets/stacks';
import type { Assembly } from './assembly';
import type { Finding } from './findings';
import type { Overlay } from './overlay';
import type { LaterStep } from './rehearsal';
import type { OpenStage } from './stage';

interface LaterOptions {
  readonly stage: OpenStage;
  readonly databricks: Databricks;
  readonly emrUrl: string;
  /** Synthesizes the environment with everything switched on, and this on top. */
  readonly synthesize: (name: string, overlay: Partial<Overlay>) => Promise<Assembly>;
  /** Claims of verify-live that do not hold of what is deployed. */
  readonly unverified: (now: Assembly) => Promise<Finding[]>;
}

/** A secret of the form that the environment says, told from the others by its number. */
export function airflowSecret(authentication: 'token' | 'oauth', number: number): object {
  return authentication === 'token'
    ? { token: `airflow-${number}` }
    : { client_id: 'airflow', client_secret: `airflow-${number}` };
}

/** What is tried once all of an environment is deployed, in this order. */
export function laterSteps(all: EnvironmentConfig, options: LaterOptions): LaterStep[] {
  const { network, databricks, orchestration, spark, userId } = all;
  const { stage, unverified } = options;
  const rotated = { version: '' };
  const synthesize = (name: string, overlay: Partial<Overlay>) =>
    options.synthesize(name, { ...overlay, ...(rotated.version !== '' && { airflowSecretVersion: rotated.version }) });
  const { airflowSecretName, authentication = 'token' } = databricks ?? {};

  const rotate: LaterStep = {
    step: 'rotate',
    shows: "a rotated token reaches Airflow's connection with the next deployment",
    synthesize: async () => {
      rotated.version = await stage.rotateSecret(airflowSecretName!, airflowSecret(authentication, 2));
      return synthesize('rotated', {});
    },
    check: async () => {
      const said = await stage.readSecret(`airflow/${userId}/connections/databricks_default`);
      if (said.includes('airflow-2')) return [];
      return [{ step: 'rotate', stack: 'Orchestration', what: "Airflow's connection still has the token from before" }];
    },
  };
  const replace: LaterStep = {
    step: 'replace',
    shows: 'a network that others use is not replaced under them: CloudFormation refuses, and nothing changes',
    synthesize: () =>
      synthesize('replaced', {
        changes: { 'network.cidr': network.cidr === '10.9.0.0/16' ? '10.8.0.0/16' : '10.9.0.0/16' },
      }),
    refusedWith: /cannot be updated as it is in use/,
    // Everything is deployed now, so what a live account is asked is asked here, as far as the engine knows it.
    check: unverified,
  };
  return [
    ...(airflowSecretName === undefined ? [] : [rotate]),
    ...(network.vpc ? [] : [replace]),
    ...(spark ? applicationSteps(spark.maximumVcpu, userId, { ...options, synthesize }) : []),
    ...(orchestration?.webserverAccess === 'PRIVATE_ONLY' ? [privatePage(userId, stage)] : []),
    ...(databricks ? [workspace(databricks, userId, options)] : []),
  ];
}

/** The application of Spark is changed while it is stopped, and only then. */
function applicationSteps(
  maximumVcpu: number,
  userId: string,
  { stage, emrUrl, synthesize }: Pick<LaterOptions, 'stage' | 'emrUrl' | 'synthesize'>,
): LaterStep[] {
  const changed = () => synthesize('application', { changes: { 'spark.maximumVcpu': maximumVcpu * 2 } });
  return [
    {
      step: 'started',
      shows: 'a Spark application that is started is not changed: EMR refuses, and the stack is as it was',
      synthesize: async () => {
        const resources = await stage.cloud.resources(`pinterest-${userId}-Spark`);
        const { physicalId } = resources.find(({ type }) => type === 'AWS::EMRServerless::Application')!;
        const emr = new EMRServerlessClient({ ...stage.client, endpoint: emrUrl });
        await emr.send(new StartApplicationCommand({ applicationId: physicalId }));
        emr.destroy();
        return changed();
      },
      refusedWith: /must be in CREATED or STOPPED/,
    },
    {
      step: 'stopped',
      shows: 'held as npm run deploy holds it, it is',
      synthesize: changed,
    },
  ];
}

/** The way to Airflow's page in a private network, as docs/deploy.md says it: its host, its name, and the open port. */
function privatePage(userId: string, { cloud }: OpenStage): LaterStep {
  return {
    step: 'page',
    shows: "the way to Airflow's private page is open from the Kafka client's machines, and from nowhere else",
    async try({ stacks }) {
      const airflow = stacks.find(({ id }) => id === 'Orchestration')!;
      const wrong = (what: string): Finding => ({ step: 'page', stack: airflow.id, what });
      const resources = await cloud.resources(airflow.name);
      const found: Finding[] = [];
      const environment = resources.find(({ type }) => type === 'AWS::MWAA::Environment')!;
      if (environment.physicalId !== `${userId}-airflow`)
        found.push(wrong(`the environment is called ${environment.physicalId}, and the page says ${userId}-airflow`));
      const { Outputs = [] } = (await deployedStack(cloud.client, airflow.name))!;
      const url = Outputs.find(({ OutputKey }) => OutputKey === 'AirflowUrl')?.OutputValue ?? '';
      if (!URL.canParse(url) || new URL(url).host === '') found.push(wrong(`AirflowUrl is no address: ${url}`));
      const open = Object.entries(airflow.resources).filter(
        ([, { Type, Properties }]) =>
          Type === 'AWS::EC2::SecurityGroupIngress' && Properties?.FromPort === 443 && Properties.ToPort === 443,
      );
      const deployed = open.filter(([id]) => resources.some(({ logicalId }) => logicalId === id));
      const from = deployed.map(([, { Properties }]) => JSON.stringify(Properties?.SourceSecurityGroupId ?? ''));
      if (from.length !== 1 || !from[0]!.includes('KafkaClient'))
        found.push(wrong(`port 443 is open from ${from.join(', ') || 'nowhere'}, not from the Kafka client alone`));
      return found;
    },
  };
}

/** A workspace that refuses, and a token that has expired, leave nothing in the way. */
function workspace(
  { secretName, authentication }: NonNullable<EnvironmentConfig['databricks']>,
  userId: string,
  { stage, databricks }: LaterOptions,
): LaterStep {
  const { cdk, cloud } = stage;
  const name = `pinterest-${userId}-Databricks`;
  const valid =
    authentication === 'token'
      ? { token: databricks.token }
      : { client_id: databricks.clientId, client_secret: databricks.clientSecret };
  const expired =
    authentication === 'token' ? { token: 'expired' } : { client_id: databricks.clientId, client_secret: 'expired' };
  const left = () => [
    ...databricks.jobs().map(({ settings }) => `job ${settings.name}`),
    ...databricks.instanceProfiles.arns(),
  ];
  return {
    step: 'workspace',
    shows:
      'a creation that Databricks refuses takes back what it made, and a token that expired does not keep the stack from going',
    async try({ folder }) {
      const found: Finding[] = [];
      const note = (what: string) => void found.push({ step: 'workspace', stack: 'Databricks', what });
      const deploy = () => cdk.deployWith(folder, ['Databricks', '--exclusively', '--require-approval', 'never']);
      const destroy = async (when: string) => {
        const { code, output } = await cdk.destroy(folder, ['Databricks']);
        if (code !== 0 || (await cloud.find(name))) note(`${when} it could not be destroyed: ${output.slice(-300)}`);
      };
      await destroy('when nothing was wrong');
      if (left().length > 0) note(`the workspace keeps ${left().join(', ')}`);

      databricks.failNext({
        path: '/jobs/create',
        status: 400,
        body: { error_code: 'INVALID_PARAMETER_VALUE', message: 'no such node type' },
      });
      if ((await deploy()).code === 0) note('it was made though the workspace refused its job');
      if (left().length > 0) note(`a creation that failed left ${left().join(', ')} in the workspace`);

      const { code, output } = await deploy();
      if (code !== 0) note(`after a creation that failed it could not be made: ${output.slice(-300)}`);
      await stage.rotateSecret(secretName, expired);
      await destroy('when its token had expired');
      await stage.rotateSecret(secretName, valid);
      // What an expired token could not take away is adopted, and goes at the end.
      const again = await deploy();
      if (again.code !== 0) note(`it could not be made over what was left: ${again.output.slice(-300)}`);
      return found;
    },
  };
}
