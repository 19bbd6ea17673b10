import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';

export interface AirflowRoleProps {
  /** Name of the environment. */
  readonly name: string;
  /** Holds DAGs and requirements. */
  readonly bucket: s3.IBucket;
  /** Beginning of the names of Airflow's connections in Secrets Manager. */
  readonly connectionsPrefix: string;
}

/** The role Airflow runs as: the permissions that MWAA's user guide asks for ("mwaa-create-role"), and our connections. */
export function createAirflowRole(
  scope: Construct,
  id: string,
  { name, bucket, connectionsPrefix }: AirflowRoleProps,
): iam.Role {
  const stack = Stack.of(scope);
  const role = new iam.Role(scope, id, {
    assumedBy: new iam.CompositePrincipal(
      new iam.ServicePrincipal('airflow.amazonaws.com'),
      new iam.ServicePrincipal('airflow-env.amazonaws.com'),
    ),
  });
  const allow = (actions: string[], ...resources: string[]) =>
    role.addToPolicy(new iam.PolicyStatement({ actions, resources }));

  allow(
    ['airflow:PublishMetrics'],
    stack.formatArn({ service: 'airflow', resource: 'environment', resourceName: name }),
  );
  allow(['s3:GetObject*', 's3:GetBucket*', 's3:List*'], bucket.bucketArn, bucket.arnForObjects('*'));
  allow(
    [
      'logs:CreateLogStream',
      'logs:CreateLogGroup',
      'logs:PutLogEvents',
      'logs:GetLogEvents',
      'logs:GetLogRecord',
      'logs:GetLogGroupFields',
      'logs:GetQueryResults',
    ],
    stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `airflow-${name}-*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  allow(['logs:DescribeLogGroups', 's3:GetAccountPublicAccessBlock', 'cloudwatch:PutMetricData'], '*');
  allow(
    [
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ],
    `arn:${stack.partition}:sqs:${stack.region}:*:airflow-celery-*`,
  );
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey*', 'kms:Encrypt'],
      // All keys but those of this account: AWS keeps the queue's key in another account.
      notResources: [`arn:${stack.partition}:kms:*:${stack.account}:key/*`],
      conditions: { StringLike: { 'kms:ViaService': [`sqs.${stack.region}.amazonaws.com`] } },
    }),
  );
  allow(
    ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${connectionsPrefix}/*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );

  const reason = 'As the MWAA user guide demands of an execution role; the names are those MWAA gives';
  for (const ending of [
    'Action::s3:GetObject*',
    'Action::s3:GetBucket*',
    'Action::s3:List*',
    'Action::kms:GenerateDataKey*',
    'Resource::*',
    `log-group:airflow-${name}-*`,
    ':airflow-celery-*',
    'Arn>/*',
  ]) {
    acknowledgeWildcard(role, ending, reason);
  }
  acknowledgeWildcard(
    role,
    `secret:${connectionsPrefix}/*`,
    'Secrets Manager adds six random characters to every name',
  );
  return role;
}
