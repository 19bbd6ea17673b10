import { Duration } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import { type ClientMachinesProps, createClientMachines } from './kafka-client/machines';
import { referToStrongly } from './strong-references';

/** Port on which the REST proxy listens. */
const PROXY_PORT = 8082;
/** How long the load balancer keeps a quiet connection to a machine. The proxy keeps it longer: `idle.timeout.ms`. */
const IDLE_TIMEOUT = Duration.seconds(60);

export interface KafkaRestProxyProps extends ClientMachinesProps {
  /** Its bucket for access logs takes the access logs of the load balancer; it keeps the files that the machines download. */
  readonly lake: DataLake;
  /** User id: topics and groups of hand tools, and consumer groups of the API's callers, have names that begin with it. */
  readonly userId: string;
  /** Topics that callers may write and read through the proxy. */
  readonly topics: readonly string[];
  /** The API's stage. API Gateway may or may not send it in the path through a private link. */
  readonly stage: string;
}

/** Confluent's REST proxy on the machines of the EC2 Kafka client, behind an internal load balancer on port 80. */
export class KafkaRestProxy extends Construct implements iam.IGrantable, ec2.IConnectable {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly grantPrincipal: iam.IPrincipal;
  readonly connections: ec2.Connections;
  private readonly targetGroup: elbv2.ApplicationTargetGroup;
  /** 1 a minute from each machine whose proxy reaches Kafka, 0 from one whose proxy does not. */
  readonly kafkaReached: cloudwatch.Metric;

  constructor(scope: Construct, id: string, props: KafkaRestProxyProps) {
    super(scope, id);
    this.kafkaReached = new cloudwatch.Metric({
      namespace: props.metricNamespace,
      metricName: 'KafkaReached',
      statistic: cloudwatch.Stats.MINIMUM,
      period: Duration.minutes(1),
    });
    const machines = createClientMachines(this, props);
    this.grantPrincipal = machines.grantPrincipal;
    this.connections = machines.connections;
    machines.connections.allowToDefaultPort(props.cluster, 'Kafka, signing with IAM');
    this.grantKafka(props, machines);

    this.loadBalancer = this.createLoadBalancer(props);
    const listener = this.loadBalancer.addListener('Http', {
      port: 80,
      protocol: elbv2.ApplicationProtocol.HTTP,
      open: false,
    });
    this.targetGroup = listener.addTargets('Proxy', {
      port: PROXY_PORT,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targets: [machines],
      healthCheck: { path: '/', healthyHttpCodes: '200' },
      deregistrationDelay: Duration.seconds(30),
    });
    this.takeStageOut(listener, props.stage);
  }

  /** A metric of the load balancer about the machines, such as `UnHealthyHostCount`. */
  targetMetric(metricName: string, statistic: string, period: Duration): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/ApplicationELB',
      metricName,
      // Uses the attributes: the target group's own metrics would cut names out of ARNs, which another stack cannot do.
      dimensionsMap: {
        LoadBalancer: this.loadBalancer.loadBalancerFullName,
        TargetGroup: this.targetGroup.targetGroupFullName,
      },
      statistic,
      period,
    });
  }

  /** Removes the stage, which the proxy does not know: `/<stage>/topics/…` becomes `/topics/…`. Other paths stay unchanged. */
  private takeStageOut(listener: elbv2.ApplicationListener, stage: string): void {
    new elbv2.CfnListenerRule(this, 'StagePath', {
      listenerArn: listener.listenerArn,
      priority: 1,
      conditions: [{ field: 'path-pattern', pathPatternConfig: { values: [`/${stage}/*`] } }],
      actions: [{ type: 'forward', targetGroupArn: this.targetGroup.targetGroupArn }],
      transforms: [
        { type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: `^/${stage}/(.*)$`, replace: '/$1' }] } },
      ],
    });
  }

  /** The proxy's permissions, which every caller of the API uses: only the pipeline's topics, and consumer groups of the user. */
  private grantKafka({ cluster, topics, userId }: KafkaRestProxyProps, machines: autoscaling.AutoScalingGroup): void {
    cluster.grantProduce(machines, topics);
    // Producers of Kafka 3 and later are idempotent by default.
    cluster.grantProduceIdempotently(machines);
    cluster.grantConsume(machines, topics, [`${userId}-*`]);
    acknowledgeWildcard(
      machines,
      `/${userId}-*`,
      "Callers of the API name their consumer groups, behind the user's id",
    );
  }

  private createLoadBalancer({ vpc, lake }: KafkaRestProxyProps): elbv2.ApplicationLoadBalancer {
    const loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      internetFacing: false,
      dropInvalidHeaderFields: true,
      idleTimeout: IDLE_TIMEOUT,
    });
    loadBalancer.logAccessLogs(lake.accessLogs, 'load-balancer');
    // The API refers to the load balancer, so CloudFormation refuses to replace it while the API exists.
    referToStrongly(loadBalancer);
    return loadBalancer;
  }
}
