import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeManagedPolicy } from './acknowledge';
import type { KafkaCluster } from './kafka-cluster';

/** Port on which the REST proxy listens. */
const PROXY_PORT = 8082;

export interface KafkaRestProxyProps {
  readonly vpc: ec2.IVpc;
  readonly cluster: KafkaCluster;
  /** Topics the proxy writes. */
  readonly topics: readonly string[];
  /** EC2 instance type such as `t3.small`. */
  readonly instanceType: string;
  /** Machines, spread over the private subnets. */
  readonly instances: number;
  /** Takes the load balancer's access logs. */
  readonly accessLogs: s3.IBucket;
}

/** The EC2 Kafka client: machines that run Confluent's REST proxy, behind an internal load balancer on port 80. */
export class KafkaRestProxy extends Construct {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;

  constructor(scope: Construct, id: string, props: KafkaRestProxyProps) {
    super(scope, id);
    const machines = this.createMachines(props);
    machines.connections.allowToDefaultPort(props.cluster, 'Kafka, signing with IAM');
    props.cluster.grantProduce(machines, props.topics);

    this.loadBalancer = this.createLoadBalancer(props, machines);
  }

  private createMachines(props: KafkaRestProxyProps): autoscaling.AutoScalingGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Kafka client and REST proxy',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'Package repositories and the services of AWS');
    const machines = new autoscaling.AutoScalingGroup(this, 'Machines', {
      vpc: props.vpc,
      securityGroup,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      instanceType: new ec2.InstanceType(props.instanceType),
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      minCapacity: props.instances,
      maxCapacity: props.instances,
      requireImdsv2: true,
      ssmSessionPermissions: true,
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
    acknowledge(
      machines,
      'AwsSolutions-AS3',
      'The group has a fixed size: machines come and go only as its repair, and the alarms on the proxy tell whether requests are served',
    );
    acknowledgeManagedPolicy(
      machines.role,
      'AmazonSSMManagedInstanceCore',
      'What Session Manager needs, so that there is no SSH; AWS keeps it as narrow as its agent allows',
    );
    return machines;
  }

  private createLoadBalancer(
    { vpc, accessLogs }: KafkaRestProxyProps,
    machines: autoscaling.AutoScalingGroup,
  ): elbv2.ApplicationLoadBalancer {
    const loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      internetFacing: false,
      dropInvalidHeaderFields: true,
    });
    loadBalancer.logAccessLogs(accessLogs, 'load-balancer');
    loadBalancer
      .addListener('Http', { port: 80, protocol: elbv2.ApplicationProtocol.HTTP, open: false })
      .addTargets('Proxy', {
        port: PROXY_PORT,
        protocol: elbv2.ApplicationProtocol.HTTP,
        targets: [machines],
        healthCheck: { path: '/', healthyHttpCodes: '200' },
      });
    return loadBalancer;
  }
}
