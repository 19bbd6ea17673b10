import { SecretValue } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

export interface AirflowConnectionProps {
  /** Name of the secret that Airflow looks up. */
  readonly name: string;
  readonly workspaceUrl: string;
  readonly authentication: 'token' | 'oauth';
  /** Secret with the workspace's `token`, or `client_id` and `client_secret`. */
  readonly secretName: string;
  /**
   * Version of the secret to copy. CloudFormation reads a secret again only when the template's text changes, so without a
   * version a rotated token never arrives. @default - the version at the first deployment, or at a change of this resource
   */
  readonly secretVersion?: string;
}

/**
 * The Databricks workspace as an Airflow connection. CloudFormation copies the credentials from one secret to the
 * other; the template holds neither. After a rotation, deploy again: `npm run deploy` says which version is current.
 */
export class AirflowConnection extends Construct {
  constructor(scope: Construct, id: string, props: AirflowConnectionProps) {
    super(scope, id);
    const field = (jsonField: string) =>
      SecretValue.secretsManager(props.secretName, { jsonField, versionId: props.secretVersion });
    const common = {
      conn_type: SecretValue.unsafePlainText('databricks'),
      host: SecretValue.unsafePlainText(props.workspaceUrl),
    };
    const secret = new secretsmanager.Secret(this, 'Secret', {
      secretName: props.name,
      description: 'The Databricks workspace, for Airflow',
      secretObjectValue:
        props.authentication === 'token'
          ? { ...common, password: field('token') }
          : {
              ...common,
              login: field('client_id'),
              password: field('client_secret'),
              extra: SecretValue.unsafePlainText('{"service_principal_oauth":true}'),
            },
    });
    acknowledge(
      secret,
      'AwsSolutions-SMG4',
      'A copy of a secret that is rotated where it was made; deploying again renews the copy',
    );
  }
}
