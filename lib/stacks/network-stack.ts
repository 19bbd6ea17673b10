import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { PipelineNetwork } from '../constructs/pipeline-network';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

/** The network in which brokers, proxy, connector and Airflow live. */
export class NetworkStack extends PipelineStack {
  readonly vpc: ec2.IVpc;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: network' });
    const { network, logRetentionDays } = props.config;
    this.vpc = new PipelineNetwork(this, 'Network', { ...network, logRetentionDays }).vpc;
  }
}
