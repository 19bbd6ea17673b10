import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface ExistingNetworkProps {
  readonly vpcId: string;
  /** Private subnets with a way out, one in each of `availabilityZones` and in their order. */
  readonly privateSubnetIds: string[];
  readonly availabilityZones: string[];
}

/** A VPC that other people manage. The pipeline uses its private subnets and changes nothing in it. */
export class ExistingNetwork extends Construct {
  readonly vpc: ec2.IVpc;

  constructor(scope: Construct, id: string, { vpcId, privateSubnetIds, availabilityZones }: ExistingNetworkProps) {
    super(scope, id);
    this.vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, privateSubnetIds, availabilityZones });
    // No construct uses the subnets' route tables; only the preflight reads them.
    for (const subnet of this.vpc.privateSubnets)
      Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
  }
}
