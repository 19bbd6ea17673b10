import { loadEnvironment } from '../../config/load';
import { startDownloads } from '../../stand-ins/downloads';
import { startEmr } from '../../stand-ins/emr-serverless';
import { aDayMore, type EnvironmentOptions, offered, runsOf, wordsFor } from './environment';
import { bootstrapAndRehearse, synthesizeOn } from './on-stage';
import { type Overlay, overlaid } from './overlay';
import type { RehearsedApp, Variant } from './rehearsal';
import type { RehearsalReport } from './report';
import { openStage } from './stage';

const OTHERS = 'others';
const OURS = 'joined';

/**
 * Rehearses an environment that joins a network and a Kafka cluster which are there: somebody else's, made by the stacks of an
 * environment of theirs. At the end both are there still.
 */
export async function rehearseJoined(env: string, options: EnvironmentOptions): Promise<RehearsalReport> {
  const base = loadEnvironment(env);
  const { region, account = '000000000000' } = base;
  const [downloads, emr] = await Promise.all([
    startDownloads(),
    startEmr({ region, account, execute: async () => ({ code: 1, said: 'no run is rehearsed here' }) }),
  ]);
  try {
    const stage = await openStage({ ...options, region, account, emrUrl: emr.url });
    try {
      const standIns: Overlay = { workspaceUrl: 'https://workspace.invalid', downloads: offered(base, downloads) };
      const cloudOf = (stack: string) => stage.cloud.resources(`pinterest-${OTHERS}-${stack}`);
      let joins: Overlay['joins'];

      const prepare = async () => {
        const { folder } = await synthesizeOn(stage, env, 'others', { ...standIns, others: OTHERS });
        const { code, output } = await stage.cdk.deployWith(folder, ['Kafka', '--require-approval', 'never']);
        if (code !== 0) throw new Error(`what is to be joined could not be made:\n${output.trim().slice(-2000)}`);
        const [network, kafka] = await Promise.all([cloudOf('Network'), cloudOf('Kafka')]);
        const idOf = (found: typeof network, type: string) => found.find((each) => each.type === type)!.physicalId;
        const privateSubnets = network
          .filter(({ type, logicalId }) => type === 'AWS::EC2::Subnet' && /private/i.test(logicalId))
          .toSorted((one, other) => one.logicalId.localeCompare(other.logicalId))
          .map(({ physicalId }) => physicalId);
        joins = {
          userId: OURS,
          vpc: { id: idOf(network, 'AWS::EC2::VPC'), privateSubnets },
          cluster: {
            arn: idOf(kafka, 'AWS::MSK::Cluster'),
            securityGroup: idOf(kafka, 'AWS::EC2::SecurityGroup'),
          },
        };
      };

      const change = options.change ?? aDayMore(base);
      const changes = { [change.path]: change.value };
      const config = { ...base, name: OURS, userId: OURS };
      const overlayOf = (variant: Variant): Overlay => ({
        ...standIns,
        joins,
        ...(variant === 'changed' && { changes }),
      });
      const app: RehearsedApp = {
        name: OURS,
        change: wordsFor(base, change),
        synthesize: (variant) => synthesizeOn(stage, env, variant, overlayOf(variant)),
        ...(base.spark && runsOf(config, { stage, emr })),
        // What is joined is changed by nobody, and stays.
        findOutside: () => [],
      };
      const before = async () => JSON.stringify(await Promise.all([cloudOf('Network'), cloudOf('Kafka')]));
      let made = '';
      const report = await Promise.race([
        bootstrapAndRehearse(app, stage, async () => {
          await prepare();
          // A file that says this is checked like any other.
          overlaid(base, { joins });
          made = await before();
        }),
        stage.died,
      ]);
      if (!report.ok || (await before()) === made) return report;
      const what = 'the network or the cluster that was joined is not what it was';
      return { ...report, ok: false, findings: [{ step: 'destroy', stack: 'Network, Kafka', what }] };
    } finally {
      await stage.close();
    }
  } finally {
    await Promise.all([downloads.close(), emr.close()]);
  }
}
