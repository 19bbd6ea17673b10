import { RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeManagedPolicy } from './acknowledge';
import { ApiFirewall } from './api-firewall';

export interface IngestApiProps {
  /** Name shown in the console. */
  readonly name: string;
  /** Stage, the first segment of every path: the environment's name. */
  readonly stage: string;
  /** Steady requests per second of the whole stage; beyond it and the burst the API answers 429. */
  readonly requestsPerSecond: number;
  /** Requests that the stage takes at once before the steady rate limits them. */
  readonly burst: number;
  /** Origin whose pages may call the API, at most one. @default - no OPTIONS methods, no headers for browsers */
  readonly corsOrigins?: readonly string[];
  /** IPv4 blocks that may call. @default - all, with a signature */
  readonly allowFrom?: readonly string[];
  /** Custom domain name with its certificate. @default - none */
  readonly domain?: { readonly name: string; readonly certificateArn: string };
  /** Puts AWS WAF before the stage. @default false */
  readonly firewall?: boolean;
  /** Days to keep the access and error logs. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** A regional REST API that answers only callers signing with IAM, throttled as a whole, and logging each request as JSON. */
export class IngestApi extends Construct {
  readonly api: apigateway.RestApi;
  /** Checks that a request has its required parameters and that its body fits the model. */
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
      policy: policyFor(props.allowFrom ?? []),
      domainName: props.domain && {
        domainName: props.domain.name,
        certificate: acm.Certificate.fromCertificateArn(this, 'Certificate', props.domain.certificateArn),
        securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
      },
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
      defaultCorsPreflightOptions: this.corsOrigin
        ? { allowOrigins: [this.corsOrigin], allowMethods: ['GET', 'POST', 'PUT', 'DELETE'], statusCode: 200 }
        : undefined,
      // One role serves all APIs of the account and region, so it stays when this API is deleted.
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
    this.keepErrors(props);
    this.guard(props);
  }

  /** Adds a method to the API. Callers sign with IAM, so the security rule that asks for Cognito is acknowledged for each method. */
  addMethod(
    resource: apigateway.IResource,
    verb: string,
    integration: apigateway.Integration,
    options: apigateway.MethodOptions,
  ): apigateway.Method {
    const method = resource.addMethod(verb, integration, { requestValidator: this.validator, ...options });
    acknowledge(
      method,
      'AwsSolutions-COG4',
      'Callers are programs with IAM roles; a user pool would add passwords for nobody',
    );
    return method;
  }

  private guard({ firewall = false, name, stage, logRetentionDays }: IngestApiProps): void {
    acknowledgeManagedPolicy(
      this.api.node.findChild('CloudWatchRole'),
      'service-role/AmazonAPIGatewayPushToCloudWatchLogs',
      'The policy that API Gateway demands of the role through which it writes logs of the whole account and region',
    );
    if (firewall) {
      new ApiFirewall(this, 'Firewall', {
        stage: this.api.deploymentStage,
        name: `${name}-${stage}`,
        logRetentionDays,
      });
    } else {
      acknowledge(
        this.api.deploymentStage,
        'AwsSolutions-APIG3',
        'Unsigned requests are refused before anything runs; api.firewall in the environment file adds WAF where it is worth its price',
      );
    }
  }

  /** Creates the group for error logs, because API Gateway would create it under the same name without an end of retention. */
  private keepErrors({ stage, logRetentionDays }: IngestApiProps): void {
    const group = new logs.LogGroup(this, 'ErrorLogs', {
      logGroupName: `API-Gateway-Execution-Logs_${this.api.restApiId}/${stage}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api.deploymentStage.node.addDependency(group);
  }

  private createAccessLogs(retention: logs.RetentionDays): logs.LogGroup {
    return new logs.LogGroup(this, 'AccessLogs', { retention, removalPolicy: RemovalPolicy.DESTROY });
  }

  /** Adds the CORS header to the gateway's own errors; without it, a browser reports each of them as a network failure. */
  private letBrowsersReadErrors(origin: string): void {
    const responseHeaders = { 'Access-Control-Allow-Origin': `'${origin}'` };
    this.api.addGatewayResponse('Errors4xx', { type: apigateway.ResponseType.DEFAULT_4XX, responseHeaders });
    this.api.addGatewayResponse('Errors5xx', { type: apigateway.ResponseType.DEFAULT_5XX, responseHeaders });
  }
}

/** With address blocks, signed calls are accepted only from these blocks. The API's policy is checked in addition to IAM's. */
function policyFor(allowFrom: readonly string[]): iam.PolicyDocument | undefined {
  if (allowFrom.length === 0) return undefined;
  const everything = {
    principals: [new iam.AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
  };
  return new iam.PolicyDocument({
    statements: [
      // This alone allows nothing: unsigned callers and callers of other accounts are still refused by IAM.
      new iam.PolicyStatement({
        ...everything,
        effect: iam.Effect.DENY,
        conditions: { NotIpAddress: { 'aws:SourceIp': [...allowFrom] } },
      }),
    ],
  });
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
