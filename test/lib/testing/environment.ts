import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import cdkJson from '../../../cdk.json';
import { checkEnvironment } from '../../../config/load';
import type { EnvironmentConfig } from '../../../config/schema';

/** Settings of the smallest valid environment, as a file in config/ would say them. */
export const SETTINGS = {
  account: '111122223333',
  region: 'eu-west-1',
  userId: 'ada',
  network: { availabilityZones: ['eu-west-1a', 'eu-west-1b'], natGateways: 1 },
  kafka: {
    version: '3.9.x.kraft',
    instanceType: 'kafka.t3.small',
    volumeGiB: 20,
    partitions: 3,
    replicationFactor: 2,
  },
  kafkaClient: { instanceType: 't3.small' },
  s3Sink: { capacity: { mcu: 1, workers: 1 } },
  streams: { mode: 'provisioned', shards: 1 },
  api: { requestsPerSecond: 100, burst: 200 },
};

/** Spark on EMR, as a file in config/ would say it. */
export const SPARK = {
  engine: 'emr-serverless',
  release: 'emr-spark-8.1.0',
  schedule: 'hourly',
  maximumVcpu: 16,
};

/** The same with everything switched on that an environment can switch on. */
export const EVERYTHING = {
  ...SETTINGS,
  api: { ...SETTINGS.api, firewall: true },
  monitoring: { email: 'ops@example.com', monthlyBudgetUsd: 1000, budgetCovers: 'pipeline' },
  orchestration: { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY' },
  sourceDatabase: { engineVersion: '8.4.10' },
  databricks: {
    workspaceUrl: 'https://dbc-1.cloud.databricks.com',
    secretName: 'databricks/ada',
    crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
    sparkVersion: '17.3.x-scala2.13',
  },
};

/** The smallest valid environment, with what a test is about on top. */
export function givenConfig(settings: Record<string, unknown> = {}): EnvironmentConfig {
  return checkEnvironment('test', { ...SETTINGS, ...settings });
}

/** An app with the project's feature flags. Neither bundles nor validates: `bin/pipeline.ts` and its test do. */
export function givenApp({ builtinCloudFormationValidation = false } = {}): App {
  return new App({
    context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation,
    treeMetadata: false,
    analyticsReporting: false,
    stackTraces: false,
  });
}

/** A stack to put one construct into, and a network for it. */
export function givenStack(app = givenApp()): { stack: Stack; vpc: ec2.Vpc } {
  const env = { account: '111122223333', region: 'eu-west-1' };
  const stack = new Stack(app, 'Test', { env });
  const network = new Stack(app, 'Net', { env });
  return { stack, vpc: new ec2.Vpc(network, 'Vpc', { availabilityZones: ['eu-west-1a', 'eu-west-1b'] }) };
}

/** The stack's template with asset hashes blanked, for its snapshot. */
export function withoutHashes(stack: Stack): unknown {
  const text = JSON.stringify(Template.fromStack(stack).toJSON())
    .replaceAll(/[0-9a-f]{64}/g, '<hash>')
    .replaceAll(/(\/pinterest\/ada\/)[0-9a-f]{12}/g, '$1<hash>');
  return JSON.parse(text, inOneOrder);
}

/** CDK sorts the resources of a statement, so their order changes with the hashes in their names; it means nothing. */
function inOneOrder(key: string, value: unknown): unknown {
  if (key !== 'Resource' || !Array.isArray(value) || !JSON.stringify(value).includes('<hash>')) return value;
  return value
    .map((item) => JSON.stringify(item))
    .sort()
    .map((item) => JSON.parse(item));
}
