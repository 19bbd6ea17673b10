import { Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { removalOf } from './removal';

/** Port on which brokers take clients that sign with IAM. */
export const IAM_PORT = 9098;

export interface KafkaTopicsProps {
  /** Copies of each partition, at most the number of brokers. */
  readonly replicationFactor: number;
  /** Whether deleting the stack deletes the topics and all of their records. */
  readonly destroyData: boolean;
  /** Kafka settings of each topic that differ from the cluster's. @default - none */
  readonly topicSettings?: Readonly<Record<string, string | number>>;
}

/** A cluster, our own or an existing one, with the pipeline's topics and the grants on them. */
export abstract class KafkaTopics extends Construct implements ec2.IConnectable {
  abstract readonly clusterName: string;
  abstract readonly clusterArn: string;
  /** Addresses of the brokers for clients that sign with IAM, `host:9098,host:9098`. */
  abstract readonly bootstrapServers: string;
  abstract readonly connections: ec2.Connections;
  private readonly topics = new Map<string, CfnTopic>();

  protected constructor(
    scope: Construct,
    id: string,
    private readonly ofTopics: KafkaTopicsProps,
  ) {
    super(scope, id);
  }

  /** Creates a topic whose copies follow the cluster's replication factor. The topic's name is its id. */
  addTopic(name: string, partitions: number): CfnTopic {
    const topic = new CfnTopic(this, `Topic ${name}`, {
      clusterArn: this.clusterArn,
      topicName: name,
      partitionCount: partitions,
      replicationFactor: this.ofTopics.replicationFactor,
      configs: encoded(this.ofTopics.topicSettings),
    });
    topic.applyRemovalPolicy(removalOf(this.ofTopics.destroyData));
    this.topics.set(name, topic);
    return topic;
  }

  /** Lets `grantee` write to the named topics and look them up. Opens no network path: that is what `connections` is for. */
  grantProduce(grantee: iam.IGrantable, topics: readonly string[]): iam.Grant {
    return this.grantConnect(grantee).combine(
      this.grant(
        grantee,
        ['DescribeTopic', 'WriteData'],
        topics.map((topic) => this.topicArn(topic)),
      ),
    );
  }

  /** Lets `grantee` read the named topics as a member of the named consumer groups. */
  grantConsume(grantee: iam.IGrantable, topics: readonly string[], groups: readonly string[]): iam.Grant {
    return this.grantConnect(grantee)
      .combine(
        this.grant(
          grantee,
          ['DescribeTopic', 'ReadData'],
          topics.map((topic) => this.topicArn(topic)),
        ),
      )
      .combine(this.grantJoinGroups(grantee, groups));
  }

  /** Lets `grantee` create, write and read all topics whose names begin with `prefix`, existing and future ones. */
  grantManage(grantee: iam.IGrantable, prefix: string): iam.Grant {
    return this.grantConnect(grantee).combine(
      this.grant(
        grantee,
        ['CreateTopic', 'DescribeTopic', 'ReadData', 'WriteData'],
        [this.arnOfAny('topic', `${prefix}*`)],
      ),
    );
  }

  /** Lets `grantee` be a member of the named consumer groups, which may end in `*`. */
  grantJoinGroups(grantee: iam.IGrantable, groups: readonly string[]): iam.Grant {
    return this.grant(
      grantee,
      ['AlterGroup', 'DescribeGroup'],
      groups.map((group) => this.arnOfAny('group', group)),
    );
  }

  /** Lets `grantee`'s producers be idempotent, as Kafka's console producer is by default. */
  grantProduceIdempotently(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['WriteDataIdempotently'], [this.clusterArn]);
  }

  private grantConnect(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['Connect', 'DescribeCluster'], [this.clusterArn]);
  }

  private grant(grantee: iam.IGrantable, actions: readonly string[], resourceArns: string[]): iam.Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `kafka-cluster:${action}`),
      resourceArns,
    });
  }

  private topicArn(name: string): string {
    const topic = this.topics.get(name);
    if (!topic) throw new Error(`${this.node.path}: no topic ${name}; call addTopic before a grant on it`);
    return topic.attrTopicArn;
  }

  /**
   * ARN of a Kafka topic or group, which is not a resource of this template. The `*` stands for the cluster's unique id, which other stacks
   * could only cut out of its ARN, and CloudFormation may not split a value that comes from another stack.
   */
  private arnOfAny(kind: 'topic' | 'group', name: string): string {
    return Stack.of(this).formatArn({
      service: 'kafka',
      resource: kind,
      resourceName: `${this.clusterName}/*/${name}`,
    });
  }
}

/** Settings of a topic as MSK takes them: lines of a properties file, in Base64. */
function encoded(settings: KafkaTopicsProps['topicSettings']): string | undefined {
  if (settings === undefined) return undefined;
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return Buffer.from(lines.join('\n')).toString('base64');
}
