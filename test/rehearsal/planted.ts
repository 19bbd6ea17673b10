import { App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Provider } from 'aws-cdk-lib/custom-resources';
import cdkJson from '../../cdk.json';
import { readAssembly } from '../../ops/rehearsal/assembly';
import type { RehearsedApp, Variant } from '../../ops/rehearsal/rehearsal';

/** Bodies of the function behind the custom resource, by the fault in it. */
const HANDLERS = {
  throws: 'exports.handler = async () => { throw new Error("no such workspace"); };',
  'throws behind the framework': 'exports.handler = async () => { throw new Error("no such workspace"); };',
  'never answers': 'exports.handler = async () => "done, and nobody told CloudFormation";',
  hangs: 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 600000));',
  'calls out':
    'exports.handler = () => new Promise((_, fail) => require("http").get("http://192.0.2.1/").on("error", fail));',
} as const;
const WORKS = 'exports.handler = async () => ({ PhysicalResourceId: "one" });';

/** What can be wrong with an app. */
export type Fault =
  | keyof typeof HANDLERS
  | 'none'
  | 'wrong reference'
  | 'differs each time'
  | 'loses data'
  | 'changes nothing'
  | 'leaves a bucket full';

/** A small app of two stacks, one that holds data and one that uses it, with one fault or none. */
export function plantedApp(name: string, fault: Fault, newFolder: (name: string) => string): RehearsedApp {
  return {
    name,
    change: 'the retention of the stream',
    async synthesize(variant) {
      const folder = newFolder(`${name}-${variant}`);
      const app = new App({
        outdir: folder,
        analyticsReporting: false,
        builtinCloudFormationValidation: false,
        context: { ...cdkJson.context, 'aws:cdk:enable-path-metadata': true },
      });
      addStacks(app, name, fault, variant);
      app.synth();
      return readAssembly(folder);
    },
  };
}

function addStacks(app: App, name: string, fault: Fault, variant: Variant): void {
  const changed = variant === 'changed';
  const data = new Stack(app, 'Data', { stackName: `${name}-Data` });
  const use = new Stack(app, 'Use', { stackName: `${name}-Use` });

  if (!(changed && fault === 'loses data')) {
    new kinesis.Stream(data, 'Stream', {
      retentionPeriod: Duration.hours(changed && fault !== 'changes nothing' ? 48 : 24),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
  const bucket = new s3.Bucket(data, 'Bucket', {
    bucketName: changed && fault === 'loses data' ? `${name.toLowerCase()}-renamed` : undefined,
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: fault !== 'leaves a bucket full',
  });

  const isBare = fault === 'throws' || fault === 'never answers';
  const handler = new lambda.Function(use, 'Handler', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    timeout: Duration.minutes(14),
    code: lambda.Code.fromInline(HANDLERS[fault as keyof typeof HANDLERS] ?? WORKS),
  });
  const hook = new CustomResource(use, 'Hook', {
    resourceType: 'Custom::Hook',
    serviceToken: isBare
      ? handler.functionArn
      : new Provider(use, 'Provider', { onEventHandler: handler }).serviceToken,
    properties: {
      bucket: bucket.bucketName,
      ...(fault === 'differs each time' && { at: String(process.hrtime.bigint()) }),
      ...(fault === 'wrong reference' && { missing: outputOf(data, 'Nothing') }),
    },
  });
  new CfnOutput(use, 'Hooked', { value: hook.ref });
}

/** A weak reference, as CDK writes it, to an output by its name. */
function outputOf({ stackName }: Stack, output: string) {
  return { 'Fn::GetStackOutput': { StackName: stackName, OutputName: output } };
}
