import { join } from 'node:path';
import { AssetHashType, DockerImage, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { acknowledgeManagedPolicy, acknowledgeWildcard } from './acknowledge';
import { bundleFunction } from './function-bundle';

export interface PipelineFunctionProps {
  /** Folder under lambda/ whose handler.ts is the function. */
  readonly source: string;
  /** Longest time of one call. */
  readonly timeout: Duration;
  /** Days to keep its log. */
  readonly logRetentionDays: logs.RetentionDays;
  readonly memoryMiB?: number;
  readonly environment?: Record<string, string>;
  /** Puts the files that the function carries beside its code into the bundle's folder. @default - none */
  readonly addFiles?: (folder: string) => void;
}

/** One of our functions: the folder's handler, bundled with everything it imports. */
export class PipelineFunction extends lambda.Function {
  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id, {
      code: bundledCode(props),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMiB ?? 256,
      environment: props.environment,
      logGroup: new logs.LogGroup(scope, `${id}Log`, {
        retention: props.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    acknowledgeManagedPolicy(
      this.role!,
      'service-role/AWSLambdaBasicExecutionRole',
      'Lets the function write its log; CDK offers no narrower policy for the function it makes',
    );
  }
}

/** The bundle is named for a digest of what is in it. */
function bundledCode({ source, addFiles }: PipelineFunctionProps): lambda.Code {
  return lambda.Code.fromAsset(join(__dirname, '..', '..', 'lambda', source), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Not used: esbuild runs here.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle: (folder) => {
          bundleFunction(source, folder);
          addFiles?.(folder);
          return true;
        },
      },
    },
  });
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
