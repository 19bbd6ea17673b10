import { join } from 'node:path';
import { type CfnElement, Stack } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { UserData } from 'aws-cdk-lib/aws-ec2';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Artefacts } from '../../../config/artefacts';
import { readRepositoryText } from '../repository-text';

export interface BootstrapSettings {
  /** Addresses of the brokers. */
  readonly bootstrapServers: string;
  readonly artefacts: Artefacts;
  /** Address from which the machine downloads the files: `s3://…`. */
  readonly downloads: { readonly confluent: string; readonly iamJar: string };
  /** Role that Kafka's own tools sign as. */
  readonly toolsRoleArn: string;
  readonly probeTopic: string;
  readonly metricNamespace: string;
  readonly corsOrigin?: string;
  /** Log group for the machine's logs. */
  readonly logGroup: ILogGroup;
  /** Auto Scaling group that waits for a signal from each machine. */
  readonly group: AutoScalingGroup;
}

/** Gives a machine `bootstrap.sh`, the script beside this file, with its settings in front. */
export function bootstrapUserData(userData: UserData, settings: BootstrapSettings): void {
  const { region, stackName } = Stack.of(settings.group);
  const { 'confluent-community': confluent, 'aws-msk-iam-auth': iamJar } = settings.artefacts;
  const environment = {
    BOOTSTRAP_SERVERS: settings.bootstrapServers,
    AWS_REGION: region,
    STACK: stackName,
    RESOURCE: Stack.of(settings.group).getLogicalId(settings.group.node.defaultChild as CfnElement),
    LOG_GROUP: settings.logGroup.logGroupName,
    METRIC_NAMESPACE: settings.metricNamespace,
    TOOLS_ROLE: settings.toolsRoleArn,
    PROBE_TOPIC: settings.probeTopic,
    CORS_ORIGIN: settings.corsOrigin ?? '',
    CONFLUENT_URL: settings.downloads.confluent,
    CONFLUENT_SHA256: confluent.sha256 ?? '',
    IAM_JAR_URL: settings.downloads.iamJar,
    IAM_JAR_SHA256: iamJar.sha256 ?? '',
  };
  userData.addCommands(
    ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`),
    readRepositoryText(join(__dirname, 'bootstrap.sh')),
  );
}
