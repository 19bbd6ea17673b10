import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { IngestApi } from './ingest-api';

export interface KafkaRestRouteProps {
  readonly api: IngestApi;
  readonly vpc: ec2.IVpc;
  /** Internal load balancer before the REST proxies, listening for HTTP on port 80. */
  readonly loadBalancer: elbv2.IApplicationLoadBalancer;
}

/** `{proxy+}`: every other path and method goes unchanged to the Kafka REST proxy, by a private link into the VPC. */
export class KafkaRestRoute extends Construct {
  constructor(scope: Construct, id: string, props: KafkaRestRouteProps) {
    super(scope, id);
    const link = this.createLink(props);
    const integration = new apigateway.Integration({
      type: apigateway.IntegrationType.HTTP_PROXY,
      integrationHttpMethod: 'ANY',
      // With a link, this address sets only host and path; IntegrationTarget decides where requests go.
      uri: `http://${props.loadBalancer.loadBalancerDnsName}/{proxy}`,
      options: {
        connectionType: apigateway.ConnectionType.VPC_LINK,
        vpcLink: apigateway.VpcLink.fromVpcLinkId(this, 'LinkOfRestApi', link.vpcLinkId),
        requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
      },
    });
    // Not addProxy, because it would route the root, too.
    const proxy = props.api.api.root.addResource('{proxy+}');
    const method = props.api.addMethod(proxy, 'ANY', integration, {
      requestParameters: { 'method.request.path.proxy': true },
    });

    // TODO: replace once aws-apigateway's Integration knows V2 links; V1, which it knows, is legacy.
    // The override alone would not redeploy the stage. The uri contains the load balancer's address, so a new one redeploys it.
    (method.node.defaultChild as apigateway.CfnMethod).addPropertyOverride(
      'Integration.IntegrationTarget',
      props.loadBalancer.loadBalancerArn,
    );
  }

  private createLink({ vpc, loadBalancer }: KafkaRestRouteProps): apigatewayv2.VpcLink {
    const securityGroup = new ec2.SecurityGroup(this, 'LinkSecurityGroup', {
      vpc,
      description: 'API Gateway on its way to the REST proxy',
      allowAllOutbound: false,
    });
    securityGroup.connections.allowTo(loadBalancer, ec2.Port.tcp(80), 'requests for the REST proxy');
    return new apigatewayv2.VpcLink(this, 'Link', {
      vpc,
      subnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [securityGroup],
    });
  }
}
