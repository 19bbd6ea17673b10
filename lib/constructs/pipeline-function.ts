import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { acknowledgeManagedPolicy, acknowledgeWildcard } from './acknowledge';

export interface PipelineFunctionProps {
  /** Folder under lambda/ whose handler.ts is the function. */
  readonly source: string;
  /** Longest time of one call. */
  readonly timeout: Duration;
  /** Days to keep its log. */
  readonly logRetentionDays: logs.RetentionDays;
  readonly memoryMiB?: number;
  readonly environment?: Record<string, string>;
  /** Files that the bundle carries beside its code, from the project's folder: shell commands per bundle. */
  readonly bundledFiles?: (from: string, to: string) => string[];
}

/** One of our functions: the folder's handler, bundled with everything it imports. */
export class PipelineFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id, {
      entry: join(__dirname, '..', '..', 'lambda', props.source, 'handler.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMiB ?? 256,
      environment: props.environment,
      logGroup: new logs.LogGroup(scope, `${id}Log`, {
        retention: props.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      bundling: {
        format: OutputFormat.CJS,
        // The runtime's SDK is not used, so that the tested code is the code that runs.
        externalModules: [],
        bundleAwsSDK: true,
        target: 'node20',
        minify: false,
        sourceMap: false,
        commandHooks: props.bundledFiles && {
          beforeInstall: () => [],
          beforeBundling: () => [],
          afterBundling: props.bundledFiles,
        },
      },
    });
    acknowledgeManagedPolicy(
      this.role!,
      'service-role/AWSLambdaBasicExecutionRole',
      'Lets the function write its log; CDK offers no narrower policy for the function it makes',
    );
  }
}

/** CDK's framework that calls `handler` on CloudFormation's behalf. It keeps its own log, for as long as ours are kept. */
export function providerFor(
  scope: Construct,
  id: string,
  handler: PipelineFunction,
  logRetentionDays: logs.RetentionDays,
): Provider {
  const provider = new Provider(scope, id, {
    onEventHandler: handler,
    // Without this group, Lambda creates one at the framework's first line, which stays for ever.
    logGroup: new logs.LogGroup(scope, `${id}Log`, {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  });
  acknowledgeManagedPolicy(
    provider.node.findChild('framework-onEvent'),
    'service-role/AWSLambdaBasicExecutionRole',
    "CDK's own function between CloudFormation and ours; the policy lets it write its log",
  );
  acknowledgeWildcard(provider, ':*', "CDK's framework may call any version of the one function");
  return provider;
}
