import { z } from 'zod';
import { refuse, text, wholeNumber } from './rules';

/**
 * Versions that MSK still creates on standard brokers, in KRaft mode, with the topics API (3.6.0 or newer).
 * From AWS's list as of 2026-11; `npm run preflight` asks the account itself.
 */
export const KAFKA_VERSIONS = ['3.8.x.kraft', '3.9.x.kraft', '4.0.x.kraft', '4.1.x.kraft'] as const;

/** Why a version that once worked is refused. */
const REFUSED_VERSIONS: readonly (readonly [RegExp, string])[] = [
  [/^(1|2)\./, 'MSK ended its support and creates no such clusters any more; it also lacks the topics API'],
  [/^3\.[0-7]\./, 'MSK ended its support, by 2026-09 at the latest'],
  [/^3\.[89]\.x$/, 'it runs on ZooKeeper, from which a cluster cannot be moved to KRaft later'],
  [/^4\.2\./, 'MSK offers it on Express brokers only'],
];

const brokerType =
  /^kafka\.(t3\.small|m5\.(large|xlarge|[248]xlarge|12xlarge|16xlarge|24xlarge)|m7g\.(large|xlarge|[248]xlarge|12xlarge|16xlarge))$/;

const existingCluster = z.strictObject({
  arn: text(
    /^arn:aws[\w-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[\w-]{1,64}\/[\w-]+$/,
    'must be the ARN of an MSK cluster',
  ).describe(
    'Provisioned cluster that is there already, in network.vpc. The pipeline makes topics on it, and nothing else of it. version, instanceType, brokersPerZone, volumeGiB and monitoring then say what it is.',
  ),
  securityGroup: text(
    /^sg-[0-9a-f]{8,17}$/,
    'must be the id of a security group such as sg-0123456789abcdef0',
  ).describe("Security group of its brokers, to which the pipeline's clients are added."),
});

export const kafka = z
  .strictObject({
    cluster: existingCluster.optional(),
    version: z.string().describe(`Kafka version: ${KAFKA_VERSIONS.join(', ')}.`),
    instanceType: text(
      brokerType,
      'must be a standard MSK broker type: kafka.t3.small, kafka.m5.large or larger, kafka.m7g.large or larger',
    ).describe('Broker size: kafka.t3.small for trying out; kafka.m5.large or kafka.m7g.large or larger for load.'),
    brokersPerZone: wholeNumber(1, 20).describe('Brokers in each availability zone.').default(1),
    volumeGiB: wholeNumber(1, 16_384).describe('Disk of each broker. Can grow later, never shrink.'),
    partitions: wholeNumber(1, 200).describe('Partitions of each topic. Can grow later, never shrink.'),
    replicationFactor: wholeNumber(1, 15).describe(
      'Copies of each partition. At most the number of brokers; cannot change later.',
    ),
    retentionHours: wholeNumber(1, 8760)
      .describe('Hours the topics keep a record; the S3 sink must read it by then.')
      .default(168),
    monitoring: z
      .enum(['DEFAULT', 'PER_BROKER', 'PER_TOPIC_PER_BROKER', 'PER_TOPIC_PER_PARTITION'])
      .describe('Depth of CloudWatch metrics. All but DEFAULT cost.')
      .default('DEFAULT'),
  })
  .superRefine(({ version }, context) => {
    if ((KAFKA_VERSIONS as readonly string[]).includes(version)) return;
    const reason = REFUSED_VERSIONS.find(([pattern]) => pattern.test(version))?.[1];
    refuse(context, ['version'], `must be one of ${KAFKA_VERSIONS.join(', ')}${reason ? `, because ${reason}` : ''}`);
  });

/** A cluster that is there must be where the pipeline is: its account, its region, and a network that is there as well. */
export function checkCluster(
  {
    account,
    region,
    kafka: { cluster },
    network,
  }: { account?: string; region: string; kafka: z.infer<typeof kafka>; network: { vpc?: unknown } },
  context: z.RefinementCtx,
): void {
  if (!cluster) return;
  const [, , , itsRegion, itsAccount] = cluster.arn.split(':');
  const path = ['kafka', 'cluster', 'arn'];
  if (itsRegion !== region) refuse(context, path, `must be of the environment's region, ${region}`);
  if (account !== undefined && itsAccount !== account)
    refuse(context, path, `must be of the environment's account, ${account}`);
  if (!network.vpc) refuse(context, ['kafka', 'cluster'], 'needs network.vpc, the network in which it is');
}

const mcu = z
  .literal([1, 2, 4, 8], 'must be 1, 2, 4 or 8')
  .describe('MSK Connect units per worker: 1 vCPU and 4 GiB each.');

const fixedCapacity = z.strictObject({ mcu, workers: wholeNumber(1, 10).describe('Workers, always running.') });
const scalingCapacity = z
  .strictObject({
    mcu,
    minWorkers: wholeNumber(1, 10).describe('Workers that always run.'),
    maxWorkers: wholeNumber(1, 10).describe('Workers at most.'),
    scaleOutCpuPercent: wholeNumber(1, 100).describe('CPU use above which a worker is added.').default(80),
    scaleInCpuPercent: wholeNumber(1, 100).describe('CPU use below which a worker is taken away.').default(20),
  })
  .superRefine((value, context) => {
    if (value.minWorkers > value.maxWorkers)
      refuse(context, ['minWorkers'], `must be at most maxWorkers, ${value.maxWorkers}`);
    if (value.scaleInCpuPercent >= value.scaleOutCpuPercent) {
      refuse(context, ['scaleInCpuPercent'], `must be less than scaleOutCpuPercent, ${value.scaleOutCpuPercent}`);
    }
  });

/** Fixed (`mcu`, `workers`) or scaling (`mcu`, `minWorkers`, `maxWorkers`), never a mixture. */
export const connectorCapacity = z.union([fixedCapacity, scalingCapacity], {
  error: 'must be {mcu, workers} or {mcu, minWorkers, maxWorkers}, with mcu 1, 2, 4 or 8 and workers from 1 to 10',
});

/** Tasks of a sink whose file names no number: each opens connections, of which the smallest brokers take four new ones a second over IAM. */
export function tasksLeftOut(brokers: string): number {
  return brokers === 'kafka.t3.small' ? 1 : 3;
}
