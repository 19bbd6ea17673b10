import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Artefacts } from '../../../config/artefacts';
import { imageParameter, processorOf } from '../../../config/machine-images';
import { acknowledge, acknowledgeManagedPolicy, acknowledgeWildcard } from '../acknowledge';
import type { DataLake } from '../data-lake';
import { FileStaging } from '../file-staging';
import type { KafkaTopics } from '../kafka-topics';
import { HandTools } from './hand-tools';
import { bootstrapUserData } from './user-data';

/** Java, the archive of 400 MB and the wait for Kafka take minutes on the smallest machine. */
const BOOTSTRAP_TIMEOUT = Duration.minutes(20);

export interface ClientMachinesProps {
  readonly vpc: ec2.IVpc;
  readonly cluster: KafkaTopics;
  /** Keeps the files that the machines download. */
  readonly lake: DataLake;
  /** Confluent's archive and the IAM jar are among them. */
  readonly artefacts: Artefacts;
  /** Amazon Linux to boot. @default - the latest when the stack is deployed, so that any deployment may replace the machines */
  readonly imageId?: string;
  /** User id: topics and groups of hand tools have names that begin with it. */
  readonly userId: string;
  /** Topic that the proxy must list to count as working. */
  readonly probeTopic: string;
  /** Namespace of the probe's metric. */
  readonly metricNamespace: string;
  /** EC2 instance type such as `t3.small`. */
  readonly instanceType: string;
  /** Machines, spread over the private subnets. */
  readonly instances: number;
  /** Origin whose pages may read the proxy's answers. @default - none */
  readonly corsOrigin?: string;
  /** Days to keep the machines' logs. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** Adds the machines of the EC2 Kafka client to `scope`, with their security group, log, files and what they may do besides Kafka. */
export function createClientMachines(scope: Construct, props: ClientMachinesProps): autoscaling.AutoScalingGroup {
  const securityGroup = new ec2.SecurityGroup(scope, 'SecurityGroup', {
    vpc: props.vpc,
    description: 'Kafka client and REST proxy',
    allowAllOutbound: false,
  });
  securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'Downloads and the services of AWS');
  const logGroup = new logs.LogGroup(scope, 'Logs', {
    retention: props.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const userData = ec2.UserData.forLinux();
  const machines = new autoscaling.AutoScalingGroup(scope, 'Machines', {
    vpc: props.vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    securityGroup,
    instanceType: new ec2.InstanceType(props.instanceType),
    machineImage: imageOf(scope, props),
    minCapacity: props.instances,
    // One more machine during a replacement, so that the number of serving machines never falls.
    maxCapacity: props.instances + 1,
    userData,
    requireImdsv2: true,
    ssmSessionPermissions: true,
    // A machine that does not answer is replaced, but not before its bootstrap can have ended.
    healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
      additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
      gracePeriod: BOOTSTRAP_TIMEOUT,
    }),
    signals: autoscaling.Signals.waitForAll({ timeout: BOOTSTRAP_TIMEOUT }),
    updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
      maxBatchSize: 1,
      minInstancesInService: props.instances,
    }),
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: autoscaling.BlockDeviceVolume.ebs(16, {
          volumeType: autoscaling.EbsDeviceVolumeType.GP3,
          encrypted: true,
        }),
      },
    ],
  });
  const files = new FileStaging(scope, 'Files', {
    lake: props.lake,
    folder: 'kafka-client',
    logRetentionDays: props.logRetentionDays,
  });
  const confluent = files.add('Confluent', 'confluent', '.tar.gz', props.artefacts['confluent-community']);
  const iamJar = files.add('IamJar', 'aws-msk-iam-auth', '.jar', props.artefacts['aws-msk-iam-auth']);
  props.lake.grantReadArtefacts(machines, 'kafka-client');
  machines.node.addDependency(confluent.resource, iamJar.resource);
  const tools = new HandTools(scope, 'HandTools', { ...props, usedBy: machines.role });
  bootstrapUserData(userData, {
    ...props,
    downloads: { confluent: confluent.url, iamJar: iamJar.url },
    toolsRoleArn: tools.role.roleArn,
    bootstrapServers: props.cluster.bootstrapServers,
    group: machines,
    logGroup,
  });
  grantWatching(machines, logGroup, props.metricNamespace);
  acknowledgeWildcard(machines, '/kafka-client/*', 'Files are named for version and digest');
  acknowledge(
    machines,
    'AwsSolutions-AS3',
    'The group has a fixed size: machines come and go only as its repair, and the alarm on the probe tells whether Kafka is reached',
  );
  acknowledgeManagedPolicy(
    machines.role,
    'AmazonSSMManagedInstanceCore',
    'What Session Manager needs, so that there is no SSH; AWS keeps it as narrow as its agent allows',
  );
  return machines;
}

/** Lets the machines write their log and count the probe. */
function grantWatching(machines: autoscaling.AutoScalingGroup, logGroup: logs.LogGroup, namespace: string): void {
  logGroup.grantWrite(machines);
  machines.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
    }),
  );
  acknowledgeWildcard(machines, 'Resource::*', 'PutMetricData takes no resource; a condition names the one namespace');
}

function imageOf(scope: Construct, { imageId, instanceType }: ClientMachinesProps): ec2.IMachineImage {
  const { region } = Stack.of(scope);
  if (imageId !== undefined) return ec2.MachineImage.genericLinux({ [region]: imageId });
  return ec2.MachineImage.fromSsmParameter(imageParameter(processorOf(instanceType)), {
    os: ec2.OperatingSystemType.LINUX,
  });
}
