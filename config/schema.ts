import { USER_ID_PATTERN } from '@pipeline/datasets/names';
import { z } from 'zod';
import { checkCluster, connectorCapacity, kafka } from './kafka-settings';
import { checkZones, network, region } from './network-settings';
import { databricks, orchestration, sourceDatabase } from './optional-settings';
import { refuse, text, wholeNumber } from './rules';
import { checkEngines, spark } from './spark-settings';

/** Retention periods that CloudWatch Logs offers; it refuses any number between them. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const s3Sink = z.strictObject({
  flushSize: wholeNumber(1, 1_000_000)
    .describe('Records per file. 1, as in the exercise, makes one object per record.')
    .default(500),
  rotateMinutes: wholeNumber(1, 1440)
    .describe(
      'Minutes after which an unfinished file is closed, so that the last records of a quiet topic are seen too.',
    )
    .default(10),
  tasks: wholeNumber(1, 100)
    .describe(
      'Most tasks that share the work. More than the topics have partitions stay idle. Left out, 1 on kafka.t3.small, whose brokers take four new connections a second over IAM, and 3 on larger ones.',
    )
    .optional(),
  capacity: connectorCapacity,
});

const streams = z
  .strictObject({
    layout: z
      .enum(['separate', 'shared'])
      .describe(
        'A stream for each dataset, or as in the newer edition of the exercise one for all, whose records the partition key tells apart: `<userId>.pin`.',
      )
      .default('separate'),
    name: text(/^[a-zA-Z0-9_.-]{1,128}$/, 'must be 1 to 128 letters, digits, _, . and -')
      .describe('Name of the one stream, such as Kinesis-Prod-Stream. Only with layout shared.')
      .optional(),
    mode: z.enum(['provisioned', 'on-demand']).describe('Who counts the shards: you or Kinesis.'),
    shards: wholeNumber(1, 500).describe('Shards of each stream. Only with mode provisioned.').optional(),
    retentionHours: wholeNumber(24, 8760).describe('Hours a record can be read again.').default(24),
  })
  .superRefine((value, context) => {
    if (value.layout === 'shared' && value.name === undefined) {
      refuse(context, ['name'], 'must be given when layout is shared');
    }
    if (value.layout === 'separate' && value.name !== undefined) {
      refuse(
        context,
        ['name'],
        'must be left out when each dataset has its own stream; for one stream set layout: shared',
      );
    }
    if (value.mode === 'provisioned' && value.shards === undefined) {
      refuse(context, ['shards'], 'must be given when mode is provisioned');
    }
    if (value.mode === 'on-demand' && value.shards !== undefined) {
      refuse(context, ['shards'], 'must be left out when mode is on-demand, which counts shards itself');
    }
  });

const api = z.strictObject({
  requestsPerSecond: wholeNumber(1, 10_000).describe('Steady rate of the whole stage; beyond it the API answers 429.'),
  burst: wholeNumber(1, 5000).describe('Requests taken at once before the steady rate counts.'),
  corsOrigins: z
    .array(text(/^(https?:\/\/[^/\s*]+|\*)$/, 'must be an origin such as https://example.com, without a path'))
    .max(1, 'takes at most one origin, because a service integration answers with a fixed header')
    .describe('Origin whose pages may call the API. Left out, browsers on other sites cannot.')
    .default([]),
  allowFrom: z
    .array(text(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'must be an IPv4 block such as 203.0.113.0/24'))
    .max(50)
    .describe('Addresses that may call the API. Left out, all may, with a signature.')
    .default([]),
  domain: z
    .strictObject({
      name: text(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a domain name such as pins.example.com').describe(
        'Domain name under which the API is reached, without the stage. Its DNS record is yours to make.',
      ),
      certificateArn: text(
        /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
        'must be the ARN of a certificate',
      ).describe("Certificate of ACM for it, in the environment's region."),
    })
    .describe('A domain name of your own for the API.')
    .optional(),
  firewall: z.boolean().describe("Puts AWS WAF with AWS's common rules before the API.").default(false),
});

const monitoring = z
  .strictObject({
    alarmTopicArn: text(/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/, 'must be the ARN of an SNS topic')
      .describe('Topic of your own that receives every alarm. It must let CloudWatch and Budgets publish.')
      .optional(),
    email: z
      .email('must be an e-mail address')
      .describe('Receives every alarm, once the subscription is confirmed.')
      .optional(),
    canary: z
      .boolean()
      .describe(
        'Sends one marked record a minute through the API into both layers, and rings when it is not in stream and file in time. It is in no answer.',
      )
      .default(false),
    monthlyBudgetUsd: wholeNumber(1, 1_000_000)
      .describe('Dollars a month may cost before an alarm. Left out, there is no budget.')
      .optional(),
    budgetCovers: z
      .enum(['account', 'pipeline'])
      .describe(
        'What counts towards the budget: all of the account (if left out), or what carries the tag pipeline, which reads 0 until the tag is activated for cost allocation.',
      )
      .optional(),
  })
  .superRefine(({ monthlyBudgetUsd, budgetCovers }, context) => {
    if (budgetCovers !== undefined && monthlyBudgetUsd === undefined) {
      refuse(context, ['budgetCovers'], 'must be left out without monthlyBudgetUsd');
    }
  })
  .superRefine(({ email, alarmTopicArn }, context) => {
    if (email !== undefined && alarmTopicArn !== undefined)
      refuse(context, ['email'], 'must be left out with alarmTopicArn, whose subscribers are yours');
  });

/** What one file in config/ may say. The JSON schema for editors is made from this, too. */
export const environmentSchema = z
  .strictObject({
    account: text(/^\d{12}$/, 'must be 12 digits in quotes')
      .describe('AWS account. Left out, the account of whoever deploys.')
      .optional(),
    region,
    userId: text(USER_ID_PATTERN, "must be 1 to 40 of a-z, 0-9 and '-', with no '-' at either end").describe(
      'Begins or ends every name that outside systems agree on: topics, streams, tables, connector, DAG.',
    ),
    bootstrapQualifier: text(/^[a-z0-9]{1,10}$/, 'must be 1 to 10 of a-z and 0-9')
      .describe(
        'Qualifier of the bootstrap that deploys it. Environments of one account that share a bootstrap share its roles; another qualifier each keeps them apart.',
      )
      .default('hnb659fds'),
    tags: z
      .record(
        text(/^(?!aws:)[\w\s.:/=+@-]{1,128}$/, 'must be a tag that does not begin with aws:'),
        text(/^[\w\s.:/=+@-]{0,256}$/, 'must be the value of a tag'),
      )
      .describe('Tags of your own on everything, beside pipeline and environment.')
      .default({}),
    permissionsBoundary: text(/^[\w+=,.@/-]{1,128}$/, 'must be the name of a managed policy in the account')
      .describe('Managed policy that bounds every role of the pipeline, by name.')
      .optional(),
    destroyData: z
      .boolean()
      .describe('Lets `destroy` delete buckets, streams and topics with what is in them. The second of the two keys.')
      .default(false),
    logRetentionDays: z
      .literal([...LOG_RETENTION_DAYS], `must be one of ${LOG_RETENTION_DAYS.join(', ')}`)
      .describe('Days that CloudWatch keeps every log of the pipeline.')
      .default(30),
    lakeBucketName: text(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "must be 3 to 63 of a-z, 0-9 and '-'")
      .describe(
        "Name of the bucket that takes the topics, such as the exercise's user-<userId>-bucket. Left out, CloudFormation picks one.",
      )
      .optional(),
    network,
    kafka,
    kafkaClient: z.strictObject({
      instanceType: text(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, 'must be an EC2 instance type such as t3.small').describe(
        'EC2 instance type of the machines, such as t3.small. The proxy takes 768 MiB of heap.',
      ),
      instances: wholeNumber(1, 10)
        .describe('Machines that run the REST proxy, spread over the private subnets.')
        .default(1),
    }),
    s3Sink,
    streams,
    api,
    monitoring: monitoring.prefault({}),
    orchestration: orchestration.optional(),
    spark: spark.optional(),
    databricks: databricks.optional(),
    sourceDatabase: sourceDatabase.optional(),
  })
  .superRefine((value, context) => {
    checkZones(value.region, value.network, context);
    checkCluster(value, context);
    const brokers = value.kafka.brokersPerZone * value.network.availabilityZones.length;
    if (value.kafka.replicationFactor > brokers) {
      refuse(
        context,
        ['kafka', 'replicationFactor'],
        `must be at most the number of brokers, ${brokers} (${value.kafka.brokersPerZone} in each of ${value.network.availabilityZones.length} zones)`,
      );
    }
    checkEngines(value, context);
    if (value.kafka.instanceType === 'kafka.t3.small' && (value.s3Sink.tasks ?? 1) > 2) {
      refuse(
        context,
        ['s3Sink', 'tasks'],
        'must be at most 2 on kafka.t3.small, whose brokers refuse more than four new connections a second over IAM',
      );
    }
    if (value.monitoring.canary && value.api.allowFrom.length > 0)
      refuse(
        context,
        ['monitoring', 'canary'],
        'must be off with api.allowFrom: it calls from an address of AWS that no list names',
      );
    for (const key of ['pipeline', 'environment'])
      if (key in value.tags) refuse(context, ['tags', key], 'must not be set: the pipeline sets it itself');
    if (value.orchestration && value.network.availabilityZones.length < 2) {
      refuse(context, ['orchestration'], 'needs two availability zones');
    }
  });

/** One environment, checked, with every default filled in, and `name`, the file's own. */
export type EnvironmentConfig = z.infer<typeof environmentSchema> & { readonly name: string };
