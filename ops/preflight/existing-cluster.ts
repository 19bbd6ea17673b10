import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { type Cluster, DescribeClusterV2Command } from '@aws-sdk/client-kafka';
import type { EnvironmentConfig } from '../../config/schema';
import { type AwsClients, findingOf, isMissing } from './aws-clients';
import { type Finding, fails, ok } from './finding';

const CHECK = 'existing cluster';

/** Whether a cluster that the file names is what the file says, and takes what the pipeline does with it. */
export async function checkExistingCluster(config: EnvironmentConfig, { kafka, ec2 }: AwsClients): Promise<Finding> {
  const { arn } = config.kafka.cluster!;
  const fix = `kafka in config/${config.name}.yaml, or the cluster itself`;
  let action = 'kafka:DescribeClusterV2';
  try {
    const { ClusterInfo: cluster } = await kafka.send(new DescribeClusterV2Command({ ClusterArn: arn }));
    const faults = faultsOf(config, cluster ?? {});
    const SubnetIds = cluster?.Provisioned?.BrokerNodeGroupInfo?.ClientSubnets ?? [];
    if (SubnetIds.length > 0) {
      action = 'ec2:DescribeSubnets';
      const asked = { Filters: [{ Name: 'subnet-id', Values: SubnetIds }] };
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand(asked));
      const elsewhere = Subnets.find(({ VpcId }) => VpcId !== config.network.vpc?.id);
      if (elsewhere) faults.push(`its brokers are in ${elsewhere.VpcId}`);
    }
    return faults.length > 0
      ? fails(CHECK, faults.join('; '), fix)
      : ok(CHECK, `${cluster?.ClusterName}, ${cluster?.State}`);
  } catch (error) {
    if (isMissing(error) || (error as Error).name === 'NotFoundException')
      return fails(CHECK, `there is no ${arn}`, `kafka.cluster.arn in config/${config.name}.yaml`);
    return findingOf(CHECK, action, error);
  }
}

function faultsOf({ kafka, network }: EnvironmentConfig, { State, Provisioned }: Cluster): string[] {
  if (!Provisioned) return ['it is a serverless cluster, on which CloudFormation makes no topics'];
  const faults: string[] = [];
  const brokers = kafka.brokersPerZone * network.availabilityZones.length;
  const { BrokerNodeGroupInfo, CurrentBrokerSoftwareInfo, ClientAuthentication, NumberOfBrokerNodes } = Provisioned;
  const says = (what: string, its: unknown, files: unknown) => {
    if (its !== files) faults.push(`its ${what} is ${its}, and the file says ${files}`);
  };
  if (State !== 'ACTIVE') faults.push(`it is ${State}`);
  if (ClientAuthentication?.Sasl?.Iam?.Enabled !== true) faults.push('its brokers take no clients that sign with IAM');
  if (!BrokerNodeGroupInfo?.SecurityGroups?.includes(kafka.cluster!.securityGroup))
    faults.push(`its security groups are ${BrokerNodeGroupInfo?.SecurityGroups?.join(', ')}`);
  says('Kafka version', CurrentBrokerSoftwareInfo?.KafkaVersion, kafka.version);
  says('broker size', BrokerNodeGroupInfo?.InstanceType, kafka.instanceType);
  // Disks may have grown by themselves.
  const gib = BrokerNodeGroupInfo?.StorageInfo?.EbsStorageInfo?.VolumeSize ?? 0;
  if (gib < kafka.volumeGiB) faults.push(`its disks have ${gib} GiB, and the file says ${kafka.volumeGiB}`);
  says('number of brokers', NumberOfBrokerNodes, brokers);
  says('monitoring', Provisioned.EnhancedMonitoring ?? 'DEFAULT', kafka.monitoring);
  return faults;
}
