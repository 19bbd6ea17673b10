import { RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface IngestApiProps {
  /** Name shown in the console. */
  readonly name: string;
  /** Stage, the first segment of every path: the environment's name. */
  readonly stage: string;
  /** Steady requests per second of the whole stage; beyond it and the burst the API answers 429. */
  readonly requestsPerSecond: number;
  /** Requests taken at once before the steady rate counts. */
  readonly burst: number;
  /** Origin whose pages may call the API, at most one. @default - no OPTIONS methods, no headers for browsers */
  readonly corsOrigins?: readonly string[];
  /** Days to keep the access and error logs. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** A regional REST API that answers only callers signing with IAM, throttled as a whole, and logging each request as JSON. */
export class IngestApi extends Construct {
  readonly api: apigateway.RestApi;
  /** Checks that declared parameters are there and that bodies fit their model. */
  readonly validator: apigateway.IRequestValidator;
  /** Origin whose pages may call the API, if any. */
  readonly corsOrigin?: string;

  constructor(scope: Construct, id: string, props: IngestApiProps) {
    super(scope, id);
    this.corsOrigin = props.corsOrigins?.[0];
    this.api = new apigateway.RestApi(this, 'Api', {
      restApiName: props.name,
      description: 'Takes posts into Kafka and Kinesis',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
      defaultCorsPreflightOptions: this.corsOrigin
        ? { allowOrigins: [this.corsOrigin], allowMethods: ['GET', 'POST', 'PUT', 'DELETE'], statusCode: 200 }
        : undefined,
      // One role serves every API of the account and region, so it must outlive this one.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: props.stage,
        throttlingRateLimit: props.requestsPerSecond,
        throttlingBurstLimit: props.burst,
        metricsEnabled: true,
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        accessLogDestination: new apigateway.LogGroupLogDestination(this.createAccessLogs(props.logRetentionDays)),
        accessLogFormat: ACCESS_LOG_FORMAT,
      },
    });
    this.validator = this.api.addRequestValidator('Envelope', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    if (this.corsOrigin) this.letBrowsersReadErrors(this.corsOrigin);
  }

  private createAccessLogs(retention: logs.RetentionDays): logs.LogGroup {
    return new logs.LogGroup(this, 'AccessLogs', { retention, removalPolicy: RemovalPolicy.DESTROY });
  }

  /** Without the header on the gateway's own errors a browser reports each of them as a network failure. */
  private letBrowsersReadErrors(origin: string): void {
    const responseHeaders = { 'Access-Control-Allow-Origin': `'${origin}'` };
    this.api.addGatewayResponse('Errors4xx', { type: apigateway.ResponseType.DEFAULT_4XX, responseHeaders });
    this.api.addGatewayResponse('Errors5xx', { type: apigateway.ResponseType.DEFAULT_5XX, responseHeaders });
  }
}

const ACCESS_LOG_FORMAT = apigateway.AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    caller: '$context.identity.userArn',
    method: '$context.httpMethod',
    resource: '$context.resourcePath',
    path: '$context.path',
    status: '$context.status',
    responseBytes: '$context.responseLength',
    latencyMs: '$context.responseLatency',
    integrationStatus: '$context.integration.status',
    integrationLatencyMs: '$context.integrationLatency',
    integrationError: '$context.integrationErrorMessage',
    error: '$context.error.message',
    validationError: '$context.error.validationErrorString',
  }),
);
