import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../acknowledge';
import type { KafkaTopics } from '../kafka-topics';

export interface HandToolsProps {
  readonly cluster: KafkaTopics;
  /** The tools may create, write and read topics whose names begin with `<userId>.`. */
  readonly userId: string;
  /** Role of the machines on which the tools run. */
  readonly usedBy: iam.IRole;
}

/** The role of Kafka's own tools in the exercise's hand steps: creating topics, console producer, console consumer. */
export class HandTools extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { cluster, userId, usedBy }: HandToolsProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ArnPrincipal(usedBy.roleArn),
      description: "Kafka's tools on the client machines",
    });
    this.role.grantAssumeRole(usedBy);
    cluster.grantManage(this.role, `${userId}.`);
    cluster.grantJoinGroups(this.role, ['console-consumer-*']);
    cluster.grantProduceIdempotently(this.role);
    acknowledgeWildcard(this.role, `/${userId}.*`, "Topics made by hand in the exercise begin with the user's id, too");
    acknowledgeWildcard(this.role, '/console-consumer-*', 'The console consumer makes up a new group each time');
  }
}
