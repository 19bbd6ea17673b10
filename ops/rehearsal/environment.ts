import { join } from 'node:path';
import { loadArtefacts } from '../../config/artefacts';
import { loadEnvironment } from '../../config/load';
import type { EnvironmentConfig } from '../../config/schema';
import { type Databricks, startDatabricks } from '../../stand-ins/databricks';
import { type Downloads, startDownloads } from '../../stand-ins/downloads';
import { synthesize } from './assembly';
import type { Finding } from './findings';
import { leftOut, type Overlay, overlaid } from './overlay';
import { sealedEnvironment } from './processes';
import { type RehearsedApp, rehearse, type Variant } from './rehearsal';
import type { RehearsalReport } from './report';
import { type OpenStage, openStage, type StageOptions } from './stage';

const PROGRAM = join(__dirname, 'app.ts');
const SYNTHESIS_LIMIT_MS = 180_000;

export interface EnvironmentOptions extends Omit<StageOptions, 'region' | 'account'> {
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

  const [databricks, downloads] = await Promise.all([startDatabricks(), startDownloads()]);
  try {
    const stage = await openStage({ ...options, region: config.region, account: config.account ?? '000000000000' });
    try {
      const { authentication, secretName } = everything.databricks!;
      const { token, clientId, clientSecret } = databricks;
      const oauth = { client_id: clientId, client_secret: clientSecret };
      await stage.createSecret(secretName, authentication === 'token' ? { token } : oauth);
      const app = appOf(config, { changes, change: wordsFor(config, change) }, { stage, databricks, downloads });
      return await Promise.race([bootstrapAndRehearse(app, stage), stage.died]);
    } finally {
      await stage.close();
    }
  } finally {
    await Promise.all([databricks.close(), downloads.close()]);
  }
}

async function bootstrapAndRehearse(app: RehearsedApp, stage: OpenStage): Promise<RehearsalReport> {
  const began = Date.now();
  // Neither waits for the other: the CLI bootstraps an account, whatever the app.
  const first = app.synthesize('shipped');
  first.catch(() => {});
  stage.say(`${app.name}: bootstrap …`);
  const { code, output } = await stage.cdk.bootstrap();
  if (code !== 0) throw new Error(`cdk bootstrap ended with ${code}:\n${output.trim().slice(-2000)}`);
  const seconds = (Date.now() - began) / 1000;
  const report = await rehearse(
    { ...app, synthesize: (variant) => (variant === 'shipped' ? first : app.synthesize(variant)) },
    stage,
  );
  const bootstrap = { step: 'bootstrap', seconds, did: 'CDKToolkit' };
  return { ...report, seconds: report.seconds + seconds, steps: [bootstrap, ...report.steps] };
}

interface Outside {
  readonly stage: OpenStage;
  readonly databricks: Databricks;
  readonly downloads: Downloads;
}

function appOf(
  config: EnvironmentConfig,
  { changes, change }: { changes: Overlay['changes']; change: string },
  { stage, databricks, downloads }: Outside,
): RehearsedApp {
  const standIns: Overlay = {
    workspaceUrl: databricks.url,
    downloads: Object.fromEntries(
      Object.keys(loadArtefacts()).map((name) => [
        name,
        downloads.offer(`${name}.zip`, Buffer.from(`stands for ${name}`)),
      ]),
    ),
  };
  const overlays: Readonly<Record<Variant, Overlay>> = {
    shipped: standIns,
    again: standIns,
    changed: { ...standIns, changes },
    everything: { ...standIns, changes, switchOn: true },
  };
  return {
    name: config.name,
    change,
    switchOn: [...leftOut(config), 'ci'].join(', '),
    synthesize: (variant) =>
      synthesize({ file: PROGRAM, input: { env: config.name, overlay: overlays[variant] } }, stage.newFolder(variant), {
        env: sealedEnvironment(stage.scratch),
        limitMs: SYNTHESIS_LIMIT_MS,
        signal: stage.ending,
      }),
    findOutside: (gone) => [
      ...(gone.length === 0 ? notDownloaded(downloads) : []),
      ...(gone.includes('Databricks') ? leftInWorkspace(databricks) : missingInWorkspace(databricks)),
    ],
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

function aDayMore({ streams }: EnvironmentConfig) {
  const hours = streams.retentionHours;
  return { path: 'streams.retentionHours', value: hours + 24 <= 8760 ? hours + 24 : hours - 24 };
}

function wordsFor(config: EnvironmentConfig, { path, value }: { path: string; value: unknown }): string {
  const before = path
    .split('.')
    .reduce<unknown>((group, key) => (group as Record<string, unknown> | undefined)?.[key], config);
  return `${path} from ${JSON.stringify(before)} to ${JSON.stringify(value)}`;
}
