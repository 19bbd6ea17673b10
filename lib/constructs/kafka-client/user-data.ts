import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CfnElement, Stack } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { UserData } from 'aws-cdk-lib/aws-ec2';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Artefacts } from '../../../config/artefacts';

export interface BootstrapSettings {
  /** Addresses of the brokers. */
  readonly bootstrapServers: string;
  readonly artefacts: Artefacts;
  readonly probeTopic: string;
  readonly metricNamespace: string;
  readonly corsOrigin?: string;
  /** Takes the machine's logs. */
  readonly logGroup: ILogGroup;
  /** Group that waits for each machine's signal. */
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
    PROBE_TOPIC: settings.probeTopic,
    CORS_ORIGIN: settings.corsOrigin ?? '',
    CONFLUENT_URL: confluent.url,
    CONFLUENT_SHA256: confluent.sha256 ?? '',
    IAM_JAR_URL: iamJar.url,
    IAM_JAR_SHA256: iamJar.sha256 ?? '',
  };
  userData.addCommands(
    ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`),
    readFileSync(join(__dirname, 'bootstrap.sh'), 'utf8'),
  );
}
