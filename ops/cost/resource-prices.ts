import { counted, hourly, type Line, monthly, standing, unknown } from './lines';
import { HOURS_PER_MONTH, priceOf } from './price-table';
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
    const zones = endpoints
      .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface')
      .reduce((sum, { SubnetIds }) => sum + (SubnetIds as unknown[]).length, 0);
    return zones === 0
      ? []
      : [
          hourly(
            counted(zones, 'zone of an interface endpoint', 'zones of interface endpoints'),
            zones,
            'vpc-endpoint/hour',
          ),
        ];
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
  'AWS::EC2::EIP': (addresses) => [
    hourly(counted(addresses.length, 'public address', 'public addresses'), addresses.length, 'ec2/public-address'),
  ],
  // By version: each yearly rotation adds one, the first two of them at a price.
  'AWS::KMS::Key': (keys) => [
    monthly(
      `${counted(keys.length, 'KMS key')}; after the first and the second year once more each`,
      keys.length,
      'kms/key',
    ),
  ],
  'AWS::CloudWatch::Alarm': (alarms) => {
    const metrics = alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0);
    return [
      monthly(`${counted(alarms.length, 'alarm')} on ${counted(metrics, 'metric')}`, metrics, 'cloudwatch/alarm'),
    ];
  },
  'AWS::CloudWatch::Dashboard': (dashboards) => [
    monthly(counted(dashboards.length, 'dashboard'), dashboards.length, 'cloudwatch/dashboard'),
  ],
  'AWS::Logs::MetricFilter': (filters) => [
    monthly(
      counted(filters.length, 'metric made of logs', 'metrics made of logs'),
      filters.length,
      'cloudwatch/metric',
    ),
  ],
  'AWS::Logs::LogGroup': (groups) => [
    byAmount(counted(groups.length, 'log group'), 'logs/in', 'and 0.03 for each month it is kept'),
  ],
  'AWS::WAFv2::WebACL': (lists) => {
    const rules = lists.reduce((sum, { Rules }) => sum + (Rules as unknown[]).length, 0);
    return [
      monthly(counted(lists.length, 'firewall'), lists.length, 'waf/acl'),
      monthly(counted(rules, 'rule of it', 'rules of it'), rules, 'waf/rule'),
      byAmount('requests through it', 'waf/request', 'all of them'),
    ];
  },
  // All but the canary's, which has a line for what it does, run while something is deployed.
  'AWS::Lambda::Function': (functions, template) => {
    const deploying = functions.length - (callsEachMinute(template) ? 1 : 0);
    return deploying === 0
      ? []
      : [byAmount(counted(deploying, 'function'), 'lambda/gb-second', 'seconds in each deployment')];
  },
  // Events of AWS's own services cost nothing. A rule with a rate calls a function of ours, the canary's.
  'AWS::Events::Rule': (_, template) => (callsEachMinute(template) ? canaryLines() : []),
  'AWS::SNS::Topic': (topics) => [
    byAmount(counted(topics.length, 'notification topic'), 'sns/email', 'the first thousand a month are free'),
  ],
  // By the request: see use.ts.
  'AWS::ApiGateway::RestApi': () => [],
};

function callsEachMinute({ resources }: StackTemplate): boolean {
  return Object.values(resources).some(({ Properties }) => Properties?.ScheduleExpression === 'rate(1 minute)');
}

/** A record into each layer a minute, and what is asked to see it again: the stream, a list, a file, and what is pending. */
function canaryLines(): Line[] {
  const minutes = HOURS_PER_MONTH * 60;
  const seconds = 2;
  return [
    monthly('2 requests a minute of the canary', (2 * minutes) / 1e6, 'api-gateway/request'),
    monthly('its function, 128 MiB for 2 s as assumed', (minutes * seconds) / 8, 'lambda/gb-second'),
    monthly('its lists and notes in S3', (2 * minutes) / 1000, 's3/put'),
    monthly('what it reads of S3', (2 * minutes) / 1000, 's3/get'),
  ];
}

/** Metrics that an alarm watches; of an expression those that it is made of. */
function metricsOf({ Metrics }: Properties): number {
  const parts = (Metrics ?? []) as { MetricStat?: unknown }[];
  return Math.max(1, parts.filter(({ MetricStat }) => MetricStat !== undefined).length);
}

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
    ...(metrics === 'DEFAULT' ? [] : [clusterMetrics(metrics, brokers)]),
  ];
}

/** Metrics of the level DEFAULT are free, all others are charged as a metric of one's own; nobody publishes how many those are. */
function clusterMetrics(level: string, brokers: number): Line {
  const { usd, per } = priceOf('cloudwatch/metric');
  return standing(
    `metrics ${level} of ${counted(brokers, 'broker')}`,
    `$${usd} per ${per}; those beyond DEFAULT; MSK does not say how many`,
  );
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
  const keptShards = longKept.reduce((sum, { ShardCount }) => sum + Number(ShardCount ?? 0), 0);
  const onDemandKept = longKept.filter(({ ShardCount }) => ShardCount === undefined).length;
  return [
    ...(shards > 0 ? [hourly(counted(shards, 'shard'), shards, 'kinesis/shard')] : []),
    ...(onDemand > 0 ? [hourly(counted(onDemand, 'on-demand stream'), onDemand, 'kinesis/on-demand-stream')] : []),
    ...(keptShards > 0
      ? [hourly(`${counted(keptShards, 'shard')} kept for over 24 hours`, keptShards, 'kinesis/shard-kept')]
      : []),
    ...(onDemandKept > 0
      ? [
          byAmount(
            `what ${counted(onDemandKept, 'on-demand stream')} keep over 24 hours`,
            'kinesis/on-demand-kept',
            'up to 7 days',
          ),
        ]
      : []),
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
    monthly(`${counted(gib, 'GiB', 'GiB')} of their disks`, gib, 'ebs/gp3'),
    monthly('the metric of their probe', 1, 'cloudwatch/metric'),
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
    monthly(`${instance.AllocatedStorage} GiB of its disk`, Number(instance.AllocatedStorage), 'rds/storage'),
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
