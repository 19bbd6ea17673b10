import { counted, hourly, type Line, monthly, standing, unknown } from './lines';
import { priceOf } from './price-table';
import { sparkLines } from './spark-prices';
import type { Resource, StackTemplate } from './templates';

type Properties = Readonly<Record<string, unknown>>;
/** What some resources of one type and stack cost while nothing happens, and what of them nobody knows. */
type Pricing = (resources: readonly Properties[], template: StackTemplate) => Line[];

/** How each type of resource that has a price is charged. What is charged by use alone has its lines in use.ts. */
export const PRICED: Readonly<Record<string, Pricing>> = {
  'AWS::EC2::NatGateway': (gateways) => [
    hourly(counted(gateways.length, 'NAT gateway'), gateways.length, 'nat-gateway/hour'),
    byAmount('traffic through NAT', 'nat-gateway/traffic', 'downloads, logs and metrics; posts do not pass it'),
  ],
  'AWS::EC2::VPCEndpoint': (endpoints) => {
    // Gateway endpoints cost nothing, interface endpoints by the zone and hour.
    const interfaces = endpoints.filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface').length;
    return interfaces === 0 ? [] : [standing(counted(interfaces, 'interface endpoint'))];
  },
  'AWS::MSK::Cluster': (clusters) => clusters.flatMap(clusterLines),
  'AWS::KafkaConnect::Connector': (connectors) => connectors.flatMap(connectorLines),
  'AWS::Kinesis::Stream': streamLines,
  'AWS::AutoScaling::AutoScalingGroup': (groups, template) => groups.flatMap((group) => machineLines(group, template)),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (balancers) =>
    balancers.map(({ Type }) => hourly(`1 load balancer (${Type})`, 1, `load-balancer/${Type}`)),
  'AWS::EMRServerless::Application': (applications, template) =>
    applications.flatMap((application) => sparkLines(application, template)),
  'AWS::MWAA::Environment': (environments) => environments.flatMap(airflowLines),
  'AWS::RDS::DBInstance': (instances) => instances.flatMap(databaseLines),
  'AWS::SecretsManager::Secret': (secrets) => [
    monthly(counted(secrets.length, 'secret'), secrets.length, 'secrets-manager/secret'),
    byAmount('reading secrets', 'secrets-manager/call', 'a few calls a day'),
  ],
  'AWS::S3::Bucket': (buckets) => [
    byAmount(
      `what else is kept in ${counted(buckets.length, 'bucket')}`,
      's3/storage',
      'tables, artefacts, old versions, access logs',
    ),
  ],
  // By the request: see use.ts.
  'AWS::ApiGateway::RestApi': () => [],
};

function clusterLines(cluster: Properties): Line[] {
  const brokers = Number(cluster.NumberOfBrokerNodes);
  const nodes = cluster.BrokerNodeGroupInfo as {
    InstanceType: string;
    StorageInfo: { EBSStorageInfo: { VolumeSize: number } };
  };
  const gib = brokers * nodes.StorageInfo.EBSStorageInfo.VolumeSize;
  const metrics = String(cluster.EnhancedMonitoring ?? 'DEFAULT');
  return [
    hourly(`${counted(brokers, 'broker')} ${nodes.InstanceType}`, brokers, `msk/${nodes.InstanceType}`),
    monthly(`${counted(gib, 'GiB', 'GiB')} of broker disk`, gib, 'msk/storage'),
    ...(metrics === 'DEFAULT' ? [] : [standing(`metrics ${metrics} of ${counted(brokers, 'broker')}`)]),
  ];
}

function connectorLines({ Capacity }: Properties): Line[] {
  const { ProvisionedCapacity: fixed, AutoScaling: scaling } = Capacity as {
    ProvisionedCapacity?: { McuCount: number; WorkerCount: number };
    AutoScaling?: { McuCount: number; MinWorkerCount: number; MaxWorkerCount: number };
  };
  const mcu = (fixed ?? scaling)!.McuCount;
  const workers = fixed?.WorkerCount ?? scaling!.MinWorkerCount;
  const more = scaling ? scaling.MaxWorkerCount - scaling.MinWorkerCount : 0;
  const what = `${counted(workers, 'Connect worker')} of ${counted(mcu, 'unit')}`;
  return [
    hourly(what, workers * mcu, 'msk-connect/unit'),
    ...underLoad(more, 'Connect worker', mcu, 'msk-connect/unit'),
  ];
}

function streamLines(streams: readonly Properties[]): Line[] {
  const provisioned = streams.filter(({ ShardCount }) => ShardCount !== undefined);
  const shards = provisioned.reduce((sum, { ShardCount }) => sum + Number(ShardCount), 0);
  const onDemand = streams.length - provisioned.length;
  const longKept = streams.filter(({ RetentionPeriodHours }) => Number(RetentionPeriodHours ?? 24) > 24);
  return [
    ...(shards > 0 ? [hourly(counted(shards, 'shard'), shards, 'kinesis/shard')] : []),
    ...(onDemand > 0 ? [hourly(counted(onDemand, 'on-demand stream'), onDemand, 'kinesis/on-demand-stream')] : []),
    ...(longKept.length > 0 ? [standing(`${counted(longKept.length, 'stream')} kept for over 24 hours`)] : []),
  ];
}

function machineLines(group: Properties, { resources }: StackTemplate): Line[] {
  const count = Number(group.MinSize);
  const { LaunchTemplateId } = group.LaunchTemplate as { LaunchTemplateId: { Ref: string } };
  const { InstanceType, BlockDeviceMappings } = resources[LaunchTemplateId.Ref]!.Properties!.LaunchTemplateData as {
    InstanceType: string;
    BlockDeviceMappings: { Ebs: { VolumeSize: number } }[];
  };
  const gib = count * BlockDeviceMappings.reduce((sum, { Ebs }) => sum + Ebs.VolumeSize, 0);
  return [
    hourly(`${counted(count, 'machine')} ${InstanceType}`, count, `ec2/${InstanceType}`),
    standing(`${counted(gib, 'GiB', 'GiB')} of their disks`),
  ];
}

/** Workers and schedulers that the price of an environment includes. */
const AIRFLOW_INCLUDES = { workers: 1, schedulers: 2 };

function airflowLines(environment: Properties): Line[] {
  const size = String(environment.EnvironmentClass);
  const workers = Number(environment.MinWorkers ?? 1);
  const extra =
    Math.max(0, workers - AIRFLOW_INCLUDES.workers) +
    Math.max(0, Number(environment.Schedulers ?? AIRFLOW_INCLUDES.schedulers) - AIRFLOW_INCLUDES.schedulers);
  const more = Number(environment.MaxWorkers ?? workers) - workers;
  return [
    hourly(`1 Airflow environment ${size}`, 1, `mwaa/${size}`),
    ...(extra > 0
      ? [
          hourly(
            counted(extra, 'further worker or scheduler', 'further workers or schedulers'),
            extra,
            `mwaa-more/${size}`,
          ),
        ]
      : []),
    ...underLoad(more, 'Airflow worker', 1, `mwaa-more/${size}`),
    byAmount("Airflow's own database", 'mwaa/metadata', 'grows with its history'),
  ];
}

function databaseLines(instance: Properties): Line[] {
  const size = String(instance.DBInstanceClass);
  const what = `1 MySQL ${size}`;
  return [
    instance.MultiAZ === true ? standing(`${what} in two zones`) : hourly(what, 1, `rds/${size}`),
    standing(`${instance.AllocatedStorage} GiB of its disk, and backups`),
  ];
}

/** What scaling may add: its price is known, how often it happens is not. */
function underLoad(count: number, worker: string, units: number, price: string): Line[] {
  if (count <= 0) return [];
  return [
    unknown(
      `up to ${counted(count, `more ${worker}`)} under load`,
      `$${(units * priceOf(price).usd).toFixed(3)} an hour each`,
    ),
  ];
}

/** Something whose price is known and whose amount is not. */
function byAmount(what: string, name: string, of: string): Line {
  const { usd, per } = priceOf(name);
  return unknown(what, `$${usd} per ${per}; ${of}`);
}

/** Lines of all resources of one type in one stack. */
export function linesOfType(type: string, resources: readonly Resource[], template: StackTemplate): Line[] {
  const pricing = PRICED[type];
  return pricing
    ? pricing(
        resources.map(({ Properties = {} }) => Properties),
        template,
      )
    : [];
}
