import { CustomResource, Duration } from 'aws-cdk-lib';
import { CfnCustomPlugin } from 'aws-cdk-lib/aws-kafkaconnect';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { Artefact } from '../../config/artefacts';
import { acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import { acknowledgeProvider, PipelineFunction } from './pipeline-function';

export interface ConnectorPluginProps {
  /** Its bucket for artefacts keeps the plugin's file. */
  readonly lake: DataLake;
  /** The plugin's zip, as its maker publishes it. */
  readonly artefact: Artefact;
  /** Beginning of the plugin's name; version and digest follow, because a plugin never changes. */
  readonly namePrefix: string;
  /** Days to keep the log of the function that fetches the file. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** A plugin of MSK Connect whose zip a function fetches into the artefacts bucket while the stack is deployed. */
export class ConnectorPlugin extends Construct {
  readonly plugin: CfnCustomPlugin;

  constructor(scope: Construct, id: string, { lake, artefact, namePrefix, logRetentionDays }: ConnectorPluginProps) {
    super(scope, id);
    const digest = artefact.sha256?.slice(0, 8) ?? 'unpinned';
    const key = `plugins/s3-sink-${artefact.version}-${digest}.zip`;
    const file = new CustomResource(this, 'File', {
      resourceType: 'Custom::StagedFile',
      serviceToken: this.createProvider(lake, logRetentionDays).serviceToken,
      properties: { bucket: lake.artefacts.bucketName, key, url: artefact.url, sha256: artefact.sha256 ?? '' },
    });
    this.plugin = new CfnCustomPlugin(this, 'Plugin', {
      name: `${namePrefix}-${artefact.version.replaceAll('.', '-')}-${digest}`,
      contentType: 'ZIP',
      location: { s3Location: { bucketArn: lake.artefacts.bucketArn, fileKey: key } },
    });
    this.plugin.node.addDependency(file);
  }

  private createProvider(lake: DataLake, logRetentionDays: logs.RetentionDays): Provider {
    const stage = new PipelineFunction(this, 'Stage', {
      source: 'plugin-staging',
      timeout: Duration.minutes(14),
      logRetentionDays,
    });
    lake.grantStageArtefacts(stage, 'plugins');
    acknowledgeWildcard(
      stage.role!,
      '/plugins/*',
      'The file is named for its version, and the one before it is deleted',
    );
    const provider = new Provider(this, 'Provider', { onEventHandler: stage });
    acknowledgeProvider(provider);
    acknowledgeWildcard(provider, ':*', "CDK's framework may call any version of the one function");
    return provider;
  }
}
