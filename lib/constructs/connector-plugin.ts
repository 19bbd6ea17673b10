import { CfnCustomPlugin } from 'aws-cdk-lib/aws-kafkaconnect';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Artefact } from '../../config/artefacts';
import type { DataLake } from './data-lake';
import { FileStaging, shortDigest } from './file-staging';

export interface ConnectorPluginProps {
  /** Its bucket for artefacts keeps the plugin's file. */
  readonly lake: DataLake;
  /** The plugin's zip, as its maker publishes it. */
  readonly artefact: Artefact;
  /** Beginning of the plugin's name. Version and digest follow, because MSK Connect cannot change a plugin. */
  readonly namePrefix: string;
  /** Days to keep the log of the function that fetches the file. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** A plugin of MSK Connect whose zip a function fetches into the artefacts bucket while the stack is deployed. */
export class ConnectorPlugin extends Construct {
  readonly plugin: CfnCustomPlugin;

  constructor(scope: Construct, id: string, { lake, artefact, namePrefix, logRetentionDays }: ConnectorPluginProps) {
    super(scope, id);
    const file = new FileStaging(this, 'Files', { lake, folder: 'plugins', logRetentionDays }).add(
      'Zip',
      's3-sink',
      '.zip',
      artefact,
    );
    this.plugin = new CfnCustomPlugin(this, 'Plugin', {
      name: `${namePrefix}-${artefact.version.replaceAll('.', '-')}-${shortDigest(artefact)}`,
      contentType: 'ZIP',
      location: { s3Location: { bucketArn: lake.artefacts.bucketArn, fileKey: file.key } },
    });
    this.plugin.node.addDependency(file.resource);
  }
}
