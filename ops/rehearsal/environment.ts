import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EMRServerlessClient } from '@aws-sdk/client-emr-serverless';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { GetBucketVersioningCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { loadArtefacts } from '../../config/artefacts';
import { loadEnvironment } from '../../config/load';
import type { EnvironmentConfig } from '../../config/schema';
import { loadWheels } from '../../config/wheels';
import { type Databricks, startDatabricks } from '../../stand-ins/databricks';
import { type Downloads, startDownloads } from '../../stand-ins/downloads';
import { type Emr, type Execute, startEmr } from '../../stand-ins/emr-serverless';
import type { SparkTools } from '../../toolchain/ensure-python';
import { holdRuns, releaseRuns } from '../spark/hold-runs';
import { findSpark } from '../spark/spark-stack';
import { rehearseAnswers } from './answers';
import { unverified } from './claims';
import type { Finding } from './findings';
import { airflowSecret, laterSteps } from './later-steps';
import { bootstrapAndRehearse, synthesizeOn } from './on-stage';
import { leftOut, type Overlay, overlaid } from './overlay';
import { sealedEnvironment } from './processes';
import type { RehearsedApp, Variant } from './rehearsal';
import type { RehearsalReport } from './report';
import { sparkJob } from './spark-job';
import { lakeBucket, type OpenStage, openStage, type StageOptions } from './stage';

export interface EnvironmentOptions extends Omit<StageOptions, 'region' | 'account' | 'emrUrl'> {
  /** Spark of this machine, on which runs are rehearsed. @default - they are not */
  readonly spark?: SparkTools;
  /** Setting to change, by its path, and its new value. @default - streams.retentionHours, a day more */
  readonly change?: { readonly path: string; readonly value: unknown };
}

/**
 * Rehearses one environment, as its file says and then with everything switched on that it leaves out.
 *
 * @throws ConfigError when the file, or the change, is wrong
 */
export async function rehearseEnvironment(env: string, options: EnvironmentOptions): Promise<RehearsalReport> {
  const config = loadEnvironment(env);
  const change = options.change ?? aDayMore(config);
  const changes = { [change.path]: change.value };
  const everything = overlaid(config, { changes, switchOn: true });

  let job: Execute = async () => ({ code: 1, said: 'this machine has no Spark' });
  const [databricks, downloads, emr] = await Promise.all([
    startDatabricks(),
    startDownloads(),
    startEmr({
      region: config.region,
      account: config.account ?? '000000000000',
      execute: (request, cancelled) => job(request, cancelled),
    }),
  ]);
  try {
    const stage = await openStage({
      ...options,
      region: config.region,
      account: config.account ?? '000000000000',
      emrUrl: emr.url,
    });
    try {
      const { spark: tools } = options;
      if (tools) {
        job = sparkJob({
          s3: stage.s3,
          tools,
          kinesisEndpoint: stage.client.endpoint,
          region: config.region,
          newFolder: () => stage.newFolder('run'),
          say: (line) => stage.say(`${config.name}: ${line}`),
          env: sealedEnvironment(stage.scratch, {
            AWS_ACCESS_KEY_ID: stage.client.credentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: stage.client.credentials.secretAccessKey,
          }),
        });
      }
      const { authentication, secretName } = everything.databricks!;
      const { token, clientId, clientSecret } = databricks;
      const oauth = { client_id: clientId, client_secret: clientSecret };
      await stage.createSecret(secretName, authentication === 'token' ? { token } : oauth);
      const { airflowSecretName } = everything.databricks!;
      if (airflowSecretName !== undefined)
        await stage.createSecret(airflowSecretName, airflowSecret(authentication, 1));
      const app = appOf(
        config,
        everything,
        { changes, change: wordsFor(config, change) },
        { stage, databricks, downloads, emr, tools },
      );
      return await Promise.race([bootstrapAndRehearse(app, stage), stage.died]);
    } finally {
      await stage.close();
    }
  } finally {
    await Promise.all([databricks.close(), downloads.close(), emr.close()]);
  }
}

interface Outside {
  readonly stage: OpenStage;
  readonly databricks: Databricks;
  readonly downloads: Downloads;
  readonly emr: Emr;
  /** Spark of this machine. @default - runs are not rehearsed */
  readonly tools?: SparkTools;
}

function appOf(
  config: EnvironmentConfig,
  everything: EnvironmentConfig,
  { changes, change }: { changes: Overlay['changes']; change: string },
  { stage, databricks, downloads, emr, tools }: Outside,
): RehearsedApp {
  const standIns: Overlay = { workspaceUrl: databricks.url, downloads: offered(config, downloads) };
  const overlays: Readonly<Record<Variant, Overlay>> = {
    shipped: standIns,
    again: standIns,
    changed: { ...standIns, changes },
    everything: { ...standIns, changes, switchOn: true },
  };
  const synthesizeWith = (name: string, overlay: Overlay) => synthesizeOn(stage, config.name, name, overlay);
  return {
    name: config.name,
    later: laterSteps(everything, {
      stage,
      databricks,
      emrUrl: emr.url,
      synthesize: (name, { changes: more, ...other }) =>
        synthesizeWith(name, { ...overlays.everything, ...other, changes: { ...changes, ...more } }),
      unverified: (now) => unverified(config, now, { stage, emrUrl: emr.url, hasRun: Boolean(config.spark && tools) }),
    }),
    change,
    switchOn: [...leftOut(config), 'ci'].join(', '),
    synthesize: (variant) => synthesizeWith(variant, overlays[variant]),
    changeByHand: () => suspendVersions(config, stage),
    ...(config.spark && runsOf(config, { stage, emr, tools })),
    findOutside: (gone) => [
      ...(gone.length === 0 ? notDownloaded(downloads) : []),
      ...(gone.includes('Databricks') ? leftInWorkspace(databricks) : missingInWorkspace(databricks)),
    ],
  };
}

/** Somebody switches the versions of a bucket off. */
async function suspendVersions({ userId }: EnvironmentConfig, { cloud, s3 }: OpenStage) {
  for (const { type, physicalId: Bucket } of await cloud.resources(`pinterest-${userId}-Lake`)) {
    if (type !== 'AWS::S3::Bucket') continue;
    const set = (Status: 'Enabled' | 'Suspended') =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    if ((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status !== 'Enabled') continue;
    await set('Suspended');
    return {
      stack: 'Lake',
      type,
      undo: async () => {
        await set('Enabled');
      },
    };
  }
  throw new Error('no bucket of the stack Lake keeps versions, of which the rehearsal of drift takes one');
}

/** Everything that an environment downloads, from the stand-in. */
export function offered({ spark }: EnvironmentConfig, downloads: Downloads): Overlay['downloads'] {
  const wheels = spark ? loadWheels(spark.architecture).map(({ name }) => name) : [];
  return Object.fromEntries(
    [...Object.keys(loadArtefacts()), ...wheels].map((name) => [
      name,
      downloads.offer(`${name}.zip`, Buffer.from(`stands for ${name}`)),
    ]),
  );
}

/** How runs are used, held and let go, with the same code as in `npm run smoke`, `deploy` and `destroy`. */
export function runsOf(
  config: EnvironmentConfig,
  { stage, emr, tools }: Pick<Outside, 'stage' | 'emr' | 'tools'>,
): Pick<RehearsedApp, 'use' | 'hold' | 'release'> {
  const emrClient = new EMRServerlessClient({ ...stage.client, endpoint: emr.url });
  const runs = { emr: emrClient, scheduler: new SchedulerClient(stage.client) };
  const cloud = new CloudFormationClient(stage.client);
  const say = (line: string) => stage.say(`${config.name}: ${line}`);
  const found = () => findSpark(cloud, config.userId);
  return {
    ...(tools && {
      use: async (assembly) => {
        // The engine drops connections of HTTP/2, which the SDK would speak to Kinesis; S3's client speaks HTTP/1.1.
        const { requestHandler } = stage.s3.config;
        const kinesis = new KinesisClient({ ...stage.client, requestHandler });
        const clients = { s3: stage.s3, kinesis, emr: emrClient };
        const { endpoint, credentials } = stage.client;
        const spark = (await found())!;
        return rehearseAnswers({
          config,
          assembly,
          spark,
          bucket: await lakeBucket(config, stage),
          clients,
          endpoint,
          credentials,
          say,
        });
      },
    }),
    hold: async ({ cancel }) => {
      const spark = await found();
      if (spark) await holdRuns(spark, runs, { cancel, pollMs: 100, say, signal: stage.ending });
    },
    release: async () => {
      const spark = await found();
      if (spark) await releaseRuns(spark, runs, { say });
    },
  };
}

function notDownloaded({ requests }: Downloads): Finding[] {
  if (requests.some(({ path, status }) => path === '/kafka-connect-s3.zip' && status === 200)) return [];
  return [{ step: 'deploy', stack: 'S3Sink', what: 'the plugin was never downloaded' }];
}

function missingInWorkspace(databricks: Databricks): Finding[] {
  if (databricks.jobs().length > 0) return [];
  return [{ step: 'everything', stack: 'Databricks', what: 'the workspace has no jobs' }];
}

function leftInWorkspace(databricks: Databricks): Finding[] {
  const jobs = databricks.jobs().map(({ settings }) => `job ${settings.name}`);
  const profiles = databricks.instanceProfiles.arns().map((arn) => `instance profile ${arn}`);
  return [...jobs, ...profiles].map((what) => ({
    step: 'destroy',
    stack: 'Databricks',
    what: `the workspace still has ${what}`,
  }));
}

export function aDayMore({ streams }: EnvironmentConfig) {
  const hours = streams.retentionHours;
  return { path: 'streams.retentionHours', value: hours + 24 <= 8760 ? hours + 24 : hours - 24 };
}

export function wordsFor(config: EnvironmentConfig, { path, value }: { path: string; value: unknown }): string {
  const before = path
    .split('.')
    .reduce<unknown>((group, key) => (group as Record<string, unknown> | undefined)?.[key], config);
  return `${path} from ${JSON.stringify(before)} to ${JSON.stringify(value)}`;
}
