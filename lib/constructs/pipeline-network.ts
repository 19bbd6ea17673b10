import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { referToStrongly } from './strong-references';

export interface PipelineNetworkProps {
  /** Private IPv4 block, /16 to /22. Each subnet takes an equal share. @default 10.0.0.0/16 */
  readonly cidr?: string;
  /** Zones by name, such as us-east-1a. Without them CDK would take only two for an unnamed account. */
  readonly availabilityZones: string[];
  /** Number of NAT gateways, at most one per zone. @default - one per zone */
  readonly natGateways?: number;
  /** Days to keep the flow logs. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** A VPC with one public and one private subnet per zone. All parts of the pipeline are in the private ones. */
export class PipelineNetwork extends Construct {
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, props: PipelineNetworkProps) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr ?? '10.0.0.0/16'),
      availabilityZones: props.availabilityZones,
      natGateways: props.natGateways,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
      // The sink's files and the clients' downloads from S3 then cost no NAT traffic.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
    // Strong references: CloudFormation refuses to replace a network that is in use. A weak reference would allow it,
    // and every other stack would keep the ids of deleted resources.
    referToStrongly(this.vpc);
    this.recordTraffic(props.logRetentionDays);
  }

  private recordTraffic(retention: logs.RetentionDays): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    this.vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: ec2.FlowLogTrafficType.ALL,
    });
  }
}
