import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Artefacts } from '../../config/artefacts';
import { imageParameter, processorOf } from '../../config/machine-images';
import { acknowledge, acknowledgeManagedPolicy, acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import { FileStaging } from './file-staging';
import { HandTools } from './kafka-client/hand-tools';
import { bootstrapUserData } from './kafka-client/user-data';
import type { KafkaTopics } from './kafka-topics';
import { referToStrongly } from './strong-references';

/** Port on which the REST proxy listens. */
const PROXY_PORT = 8082;
/** How long the load balancer keeps a quiet connection to a machine. The proxy keeps it longer: `idle.timeout.ms`. */
const IDLE_TIMEOUT = Duration.seconds(60);
/** Java, the archive of 400 MB and the wait for Kafka take minutes on the smallest machine. */
const BOOTSTRAP_TIMEOUT = Duration.minutes(20);

export interface KafkaRestProxyProps {
  readonly vpc: ec2.IVpc;
  readonly cluster: KafkaTopics;
  /** Its bucket for access logs takes the access logs of the load balancer. */
  readonly lake: DataLake;
  /** Confluent's archive and the IAM jar are among them. */
  readonly artefacts: Artefacts;
  /** Amazon Linux to boot. @default - the latest when the stack is deployed, so that any deployment may replace the machines */
  readonly imageId?: string;
  /** User id: topics and groups of hand tools, and consumer groups of the API's callers, have names that begin with it. */
  readonly userId: string;
  /** Topics that callers may write and read through the proxy. */
  readonly topics: readonly string[];
  /** Topic that the proxy must list to count as working. */
  readonly probeTopic: string;
  /** The API's stage. API Gateway may or may not send it in the path through a private link. */
  readonly stage: string;
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

/** The EC2 Kafka client: machines that run Confluent's REST proxy, behind an internal load balancer on port 80. */
export class KafkaRestProxy extends Construct implements iam.IGrantable, ec2.IConnectable {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly grantPrincipal: iam.IPrincipal;
  readonly connections: ec2.Connections;
  private readonly targetGroup: elbv2.ApplicationTargetGroup;
  /** 1 a minute from each machine whose proxy reaches Kafka, 0 from one whose proxy does not. */
  readonly kafkaReached: cloudwatch.Metric;

  constructor(scope: Construct, id: string, props: KafkaRestProxyProps) {
    super(scope, id);
    this.kafkaReached = new cloudwatch.Metric({
      namespace: props.metricNamespace,
      metricName: 'KafkaReached',
      statistic: cloudwatch.Stats.MINIMUM,
      period: Duration.minutes(1),
    });
    const machines = this.createMachines(props);
    this.grantPrincipal = machines.grantPrincipal;
    this.connections = machines.connections;
    machines.connections.allowToDefaultPort(props.cluster, 'Kafka, signing with IAM');
    this.grantKafka(props, machines);

    this.loadBalancer = this.createLoadBalancer(props);
    const listener = this.loadBalancer.addListener('Http', {
      port: 80,
      protocol: elbv2.ApplicationProtocol.HTTP,
      open: false,
    });
    this.targetGroup = listener.addTargets('Proxy', {
      port: PROXY_PORT,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targets: [machines],
      healthCheck: { path: '/', healthyHttpCodes: '200' },
      deregistrationDelay: Duration.seconds(30),
    });
    this.takeStageOut(listener, props.stage);
  }

  /** A metric of the load balancer about the machines, such as `UnHealthyHostCount`. */
  targetMetric(metricName: string, statistic: string, period: Duration): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/ApplicationELB',
      metricName,
      // Uses the attributes: the target group's own metrics would cut names out of ARNs, which another stack cannot do.
      dimensionsMap: {
        LoadBalancer: this.loadBalancer.loadBalancerFullName,
        TargetGroup: this.targetGroup.targetGroupFullName,
      },
      statistic,
      period,
    });
  }

  /** Removes the stage, which the proxy does not know: `/<stage>/topics/…` becomes `/topics/…`. Other paths stay unchanged. */
  private takeStageOut(listener: elbv2.ApplicationListener, stage: string): void {
    new elbv2.CfnListenerRule(this, 'StagePath', {
      listenerArn: listener.listenerArn,
      priority: 1,
      conditions: [{ field: 'path-pattern', pathPatternConfig: { values: [`/${stage}/*`] } }],
      actions: [{ type: 'forward', targetGroupArn: this.targetGroup.targetGroupArn }],
      transforms: [
        { type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: `^/${stage}/(.*)$`, replace: '/$1' }] } },
      ],
    });
  }

  private createMachines(props: KafkaRestProxyProps): autoscaling.AutoScalingGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Kafka client and REST proxy',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'Downloads and the services of AWS');
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const userData = ec2.UserData.forLinux();
    const machines = new autoscaling.AutoScalingGroup(this, 'Machines', {
      vpc: props.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroup,
      instanceType: new ec2.InstanceType(props.instanceType),
      machineImage: imageOf(this, props),
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
    const files = new FileStaging(this, 'Files', {
      lake: props.lake,
      folder: 'kafka-client',
      logRetentionDays: props.logRetentionDays,
    });
    const confluent = files.add('Confluent', 'confluent', '.tar.gz', props.artefacts['confluent-community']);
    const iamJar = files.add('IamJar', 'aws-msk-iam-auth', '.jar', props.artefacts['aws-msk-iam-auth']);
    props.lake.grantReadArtefacts(machines, 'kafka-client');
    machines.node.addDependency(confluent.resource, iamJar.resource);
    const tools = new HandTools(this, 'HandTools', { ...props, usedBy: machines.role });
    bootstrapUserData(userData, {
      ...props,
      downloads: { confluent: confluent.url, iamJar: iamJar.url },
      toolsRoleArn: tools.role.roleArn,
      bootstrapServers: props.cluster.bootstrapServers,
      group: machines,
      logGroup,
    });
    this.grantWatching(machines, logGroup, props.metricNamespace);
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

  /** The proxy's permissions, which every caller of the API uses: only the pipeline's topics, and consumer groups of the user. */
  private grantKafka({ cluster, topics, userId }: KafkaRestProxyProps, machines: autoscaling.AutoScalingGroup): void {
    cluster.grantProduce(machines, topics);
    // Producers of Kafka 3 and later are idempotent by default.
    cluster.grantProduceIdempotently(machines);
    cluster.grantConsume(machines, topics, [`${userId}-*`]);
    acknowledgeWildcard(
      machines,
      `/${userId}-*`,
      "Callers of the API name their consumer groups, behind the user's id",
    );
    acknowledgeWildcard(machines, '/kafka-client/*', 'Files are named for version and digest');
  }

  /** Lets the machines write their log and count the probe. */
  private grantWatching(machines: autoscaling.AutoScalingGroup, logGroup: logs.LogGroup, namespace: string): void {
    logGroup.grantWrite(machines);
    machines.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
      }),
    );
    acknowledgeWildcard(
      machines,
      'Resource::*',
      'PutMetricData takes no resource; a condition names the one namespace',
    );
  }

  private createLoadBalancer({ vpc, lake }: KafkaRestProxyProps): elbv2.ApplicationLoadBalancer {
    const loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      internetFacing: false,
      dropInvalidHeaderFields: true,
      idleTimeout: IDLE_TIMEOUT,
    });
    loadBalancer.logAccessLogs(lake.accessLogs, 'load-balancer');
    // The API refers to the load balancer, so CloudFormation refuses to replace it while the API exists.
    referToStrongly(loadBalancer);
    return loadBalancer;
  }
}

function imageOf(scope: Construct, { imageId, instanceType }: KafkaRestProxyProps): ec2.IMachineImage {
  const { region } = Stack.of(scope);
  if (imageId !== undefined) return ec2.MachineImage.genericLinux({ [region]: imageId });
  return ec2.MachineImage.fromSsmParameter(imageParameter(processorOf(instanceType)), {
    os: ec2.OperatingSystemType.LINUX,
  });
}
