import { App, Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import flags from 'aws-cdk-lib/recommended-feature-flags.json';
import { AwsSolutionsChecks } from 'cdk-nag';
import { TemplateCheck } from '../../bin/template-check';
import cdkJson from '../../cdk.json';
import { checkEnvironment, environmentNames, loadEnvironment } from '../../config/load';
import { addStacks } from '../../lib/pipeline';
import { environmentAt } from '../lib/testing/elsewhere';
import { EVERYTHING, SETTINGS } from '../lib/testing/environment';

// Every rule over every resource of every environment, beside whatever else the machine does.
jest.setTimeout(120_000);

/** An app as bin/pipeline.ts makes it: every rule an error. Without bundling, which rules do not look into. */
function givenStrictApp(): App {
  const app = new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  return app;
}

function stacksOf(app: App): string[] {
  return app.node.children.filter((child) => Stack.isStack(child)).map((stack) => stack.node.id);
}

beforeAll(() => {
  // Findings and their absence are told on the console.
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
});

test.each(environmentNames())('%s breaks no rule of CDK’s validation or of cdk-nag', (name) => {
  const app = givenStrictApp();
  addStacks(app, loadEnvironment(name));
  expect(() => app.synth()).not.toThrow();
});

test.each([
  ['prod', 'eu-west-1'],
  ['staging', 'joined'],
] as const)('%s at %s breaks none either', (name, place) => {
  const app = givenStrictApp();
  addStacks(app, environmentAt(name, place));
  expect(() => app.synth()).not.toThrow();
  expect(stacksOf(app).includes('Network')).toBe(place !== 'joined');
});

test('with everything switched on there are eleven stacks, and they break no rule either', () => {
  const app = givenStrictApp();
  addStacks(app, checkEnvironment('test', EVERYTHING));
  expect(() => app.synth()).not.toThrow();
  expect(stacksOf(app)).toEqual([
    'Network',
    'Lake',
    'Kafka',
    'KafkaClient',
    'S3Sink',
    'Streams',
    'Api',
    'Orchestration',
    'Databricks',
    'SourceDatabase',
    'Monitoring',
  ]);
});

test('with one stream for all datasets the stacks break no rule, and name no other stream', () => {
  const app = givenStrictApp();
  const streams = { layout: 'shared', name: 'Kinesis-Prod-Stream', mode: 'provisioned', shards: 3 };
  const monitoring = { ...EVERYTHING.monitoring, canary: true };
  addStacks(app, checkEnvironment('test', { ...EVERYTHING, streams, monitoring }));
  const templates = app.synth().stacks.map(({ stackName, template }) => [stackName, JSON.stringify(template)] as const);
  const naming = (text: string) =>
    templates.filter(([, json]) => json.includes(text)).map(([name]) => name.split('-')[2]);
  expect(naming('Kinesis-Prod-Stream').sort()).toEqual(['Api', 'Databricks', 'Monitoring', 'Streams']);
  expect(naming('streaming-ada-pin')).toEqual([]);
});

test('the rules are on: an open bucket fails the synthesis', () => {
  const app = givenStrictApp();
  new s3.Bucket(new Stack(app, 'Open'), 'Bucket');
  expect(() => app.synth()).toThrow(/AwsSolutions::AwsSolutions-S10/);
});

test('CDK’s own validation is on: a retention that Kinesis refuses fails the synthesis', () => {
  const check = new TemplateCheck();
  const app = givenStrictApp();
  addStacks(app, loadEnvironment('dev'));
  const stream = app.node
    .findChild('Streams')
    .node.findAll()
    .find((child) => child.node.path.endsWith('pin/Resource'));
  Object.assign(stream!, { retentionPeriodHours: 9000 });
  check.useFor(app);
  expect(() => app.synth()).toThrow(/CloudFormation-Validate::F3034/);
});

test('what an environment leaves out makes no stack', () => {
  const app = givenStrictApp();
  addStacks(app, checkEnvironment('test', SETTINGS));
  expect(stacksOf(app)).toEqual(['Network', 'Lake', 'Kafka', 'KafkaClient', 'S3Sink', 'Streams', 'Api', 'Monitoring']);
});

test('cdk.json has every feature flag that CDK recommends, as it recommends it', () => {
  // Beside them, that the CDK CLI tells nobody what it was used for.
  expect(cdkJson.context).toEqual({ 'cli-telemetry': false, ...flags });
});
