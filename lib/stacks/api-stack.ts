import { namesOf } from '@pipeline/datasets/names';
import { CfnOutput } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { SCHEDULES } from '../../config/schedules';
import type { DataLake } from '../constructs/data-lake';
import { IngestApi } from '../constructs/ingest-api';
import { KafkaRestRoute } from '../constructs/kafka-rest-route';
import { KinesisRoutes } from '../constructs/kinesis-routes';
import { ViewRoutes } from '../constructs/view-routes';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface ApiStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
  /** Its bucket holds the answers. */
  readonly lake: DataLake;
  /** Internal load balancer before the Kafka REST proxies. */
  readonly kafkaRest: elbv2.IApplicationLoadBalancer;
}

/** The one way in for posts, to Kafka through the REST proxy and to Kinesis directly, and the way out for answers. */
export class ApiStack extends PipelineStack {
  readonly ingest: IngestApi;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: HTTP API' });
    const { name: stage, userId, api, logRetentionDays, destroyData } = props.config;
    const { streams, streamPrefix } = namesOf(userId, props.config.streams);

    this.ingest = new IngestApi(this, 'Ingest', { name: `${userId}-pipeline`, stage, logRetentionDays, ...api });
    new KinesisRoutes(this, 'Kinesis', {
      api: this.ingest,
      streamPrefix,
      sharedStream: props.config.streams.name,
      protectedStreams: destroyData ? [] : [...new Set(Object.values(streams))],
    });
    new ViewRoutes(this, 'Views', { api: this.ingest, lake: props.lake, runs: whenRunsStart(props.config) });
    new KafkaRestRoute(this, 'KafkaRest', { api: this.ingest, vpc: props.vpc, loadBalancer: props.kafkaRest });

    new CfnOutput(this, 'ApiUrl', {
      value: this.ingest.api.url,
      description: 'Address of the API, ending in the stage',
    });
    if (api.domain) {
      new CfnOutput(this, 'DomainTarget', {
        value: this.ingest.api.domainName!.domainNameAliasDomainName,
        description: `What the DNS record of ${api.domain.name} has to point to`,
      });
    }
  }
}

/** When runs write answers; undefined when this environment has no runs. */
function whenRunsStart({ spark, databricks }: PipelineStackProps['config']): string | undefined {
  if (spark) return SCHEDULES[spark.schedule].words;
  return databricks && SCHEDULES[databricks.schedule ?? 'daily'].words;
}
