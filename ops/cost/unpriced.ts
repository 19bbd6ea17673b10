/** Types that cost nothing by themselves, whatever passes through them. */
export const FREE: ReadonlySet<string> = new Set([
  // Names, rules and wiring.
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Model',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
  // Without a cache, which would be charged by the hour; a test keeps it so.
  'AWS::ApiGateway::Stage',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  // The first million objects of Glue's catalogue.
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KafkaConnect::CustomPlugin',
  'AWS::Lambda::Permission',
  'AWS::KafkaConnect::WorkerConfiguration',
  'AWS::MSK::Configuration',
  'AWS::MSK::Topic',
  'AWS::RDS::DBParameterGroup',
  'AWS::RDS::DBSubnetGroup',
  'AWS::S3::BucketPolicy',
  // Fourteen million starts a month.
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  // It takes a message for each start that EMR refuses.
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACLAssociation',
  // Watching a budget is free; its actions and reports, which we have none of, are not.
  'AWS::Budgets::Budget',
  // Calls of a function that is listed itself.
  'Custom::AWS',
  'Custom::S3AutoDeleteObjects',
  'Custom::StagedFile',
  'Custom::UploadedText',
  'Custom::VpcRestrictDefaultSG',
]);

export interface Unpriced {
  /** What it is called: one of them, and several. */
  readonly one: string;
  readonly many: string;
  /** By what it is charged, as far as that is known. */
  readonly by: string;
  /** Charged while nothing happens. */
  readonly stands?: boolean;
}

/** Types that are charged for, at prices nobody here has looked up. */
export const UNPRICED: Readonly<Record<string, Unpriced>> = {
  'AWS::ApiGatewayV2::VpcLink': { one: 'VPC link', many: 'VPC links', by: 'AWS names no price for it', stands: true },
  'AWS::SSM::Parameter': {
    one: 'parameter',
    many: 'parameters',
    by: 'nothing up to 4 KiB, $0.05 a month beyond',
  },
  'Custom::DatabricksWorkspace': {
    one: 'Databricks workspace',
    many: 'Databricks workspaces',
    by: "its clusters are charged by Databricks and by EC2; the streaming job's runs all day",
    stands: true,
  },
};
