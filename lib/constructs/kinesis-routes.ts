import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';
import type { IngestApi } from './ingest-api';
import { readRepositoryText } from './repository-text';
import { CREATE_STREAM, PUT_RECORD, PUT_RECORDS } from './request-envelopes';

export interface KinesisRoutesProps {
  readonly api: IngestApi;
  /** The routes may use streams whose names begin with this, such as `streaming-<userId>-`. */
  readonly streamPrefix: string;
  /** Name of one more stream that the routes may use. @default - none */
  readonly sharedStream?: string;
  /** Streams that no request may delete. */
  readonly protectedStreams: readonly string[];
}

interface Route {
  readonly action: string;
  readonly template: string;
  readonly envelope?: apigateway.JsonSchema;
}

/** `/streams` and what is under it: six routes, each one Kinesis operation, with no code in between. */
export class KinesisRoutes extends Construct {
  private readonly api: IngestApi;
  private readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: KinesisRoutesProps) {
    super(scope, id);
    this.api = props.api;
    this.role = this.createRole(props);

    const streams = this.api.api.root.addResource('streams');
    const stream = streams.addResource('{stream-name}');
    this.route(streams, 'GET', { action: 'ListStreams', template: 'list-streams' });
    this.route(stream, 'GET', { action: 'DescribeStream', template: 'describe-stream' });
    this.route(stream, 'POST', { action: 'CreateStream', template: 'create-stream', envelope: CREATE_STREAM });
    this.route(stream, 'DELETE', { action: 'DeleteStream', template: 'delete-stream' });
    this.route(stream.addResource('record'), 'PUT', {
      action: 'PutRecord',
      template: 'put-record',
      envelope: PUT_RECORD,
    });
    this.route(stream.addResource('records'), 'PUT', {
      action: 'PutRecords',
      template: 'put-records',
      envelope: PUT_RECORDS,
    });
  }

  private route(resource: apigateway.Resource, method: string, { action, template, envelope }: Route): void {
    const integration = new apigateway.AwsIntegration({
      service: 'kinesis',
      action,
      integrationHttpMethod: 'POST',
      options: {
        credentialsRole: this.role,
        // NEVER: otherwise a body of another content type would go to Kinesis unchanged.
        passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
        requestParameters: { 'integration.request.header.Content-Type': "'application/x-amz-json-1.1'" },
        requestTemplates: { 'application/json': readTemplate(template) },
        integrationResponses: [
          this.answer('200'),
          this.answer('400', '4\\d{2}', readTemplate('kinesis-error')),
          this.answer('500', '5\\d{2}'),
        ],
      },
    });
    const pathParameters = resource.path.includes('{stream-name}')
      ? { 'method.request.path.stream-name': true }
      : undefined;
    this.api.addMethod(resource, method, integration, {
      requestParameters: pathParameters,
      requestModels: envelope ? { 'application/json': this.modelOf(action, envelope) } : undefined,
      methodResponses: ['200', '400', '429', '500'].map((statusCode) => ({
        statusCode,
        responseParameters: this.api.corsOrigin
          ? { 'method.response.header.Access-Control-Allow-Origin': true }
          : undefined,
      })),
    });
  }

  /** Kinesis's own body under `statusCode`, which the template may still change. */
  private answer(statusCode: string, selectionPattern?: string, template?: string): apigateway.IntegrationResponse {
    return {
      statusCode,
      selectionPattern,
      responseTemplates: template ? { 'application/json': template } : undefined,
      responseParameters: this.api.corsOrigin
        ? { 'method.response.header.Access-Control-Allow-Origin': `'${this.api.corsOrigin}'` }
        : undefined,
    };
  }

  private modelOf(action: string, schema: apigateway.JsonSchema): apigateway.Model {
    return this.api.api.addModel(`${action}Envelope`, { contentType: 'application/json', schema });
  }

  private createRole({ streamPrefix, sharedStream, protectedStreams }: KinesisRoutesProps): iam.Role {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') });
    const arnOf = (name: string) =>
      Stack.of(this).formatArn({ service: 'kinesis', resource: 'stream', resourceName: name });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['kinesis:ListStreams'], resources: ['*'] }));
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: [
          'kinesis:CreateStream',
          'kinesis:DeleteStream',
          'kinesis:DescribeStream',
          'kinesis:PutRecord',
          'kinesis:PutRecords',
        ],
        resources: [arnOf(`${streamPrefix}*`), ...(sharedStream === undefined ? [] : [arnOf(sharedStream)])],
      }),
    );
    acknowledgeWildcard(role, 'Resource::*', 'ListStreams lists the whole account and region; it takes no resource');
    acknowledgeWildcard(
      role,
      `stream/${streamPrefix}*`,
      'The routes create, fill and delete further streams under the prefix, whose names nobody knows yet',
    );
    if (protectedStreams.length > 0) {
      role.addToPolicy(
        new iam.PolicyStatement({
          effect: iam.Effect.DENY,
          actions: ['kinesis:DeleteStream'],
          resources: protectedStreams.map(arnOf),
        }),
      );
    }
    return role;
  }
}

function readTemplate(name: string): string {
  return readRepositoryText(join(__dirname, 'templates', `${name}.vtl`)).trim();
}
