import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CloudFormationValidatePlugin, Stack } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { TemplateCheck } from '../../bin/template-check';
import cdkJson from '../../cdk.json';

// An engine in each of the threads, beside whatever else the machine does.
jest.setTimeout(120_000);

beforeEach(() => CloudFormationValidatePlugin._disposeSingleton());

/** An app of one stream, which keeps its records for so many hours; Kinesis takes 24 to 8,760. */
function givenApp(retentionPeriodHours: number): App {
  const app = new App({ context: cdkJson.context, analyticsReporting: false, stackTraces: false });
  new kinesis.CfnStream(new Stack(app, 'Stack'), 'Stream', { shardCount: 1, retentionPeriodHours });
  return app;
}

/** What the synthesis says against the app, and the report that it writes; nothing where all is well. */
function checked(app: App): { readonly said: string; readonly report: unknown } {
  let said = '';
  try {
    app.synth();
  } catch (error) {
    said = (error as Error).message;
  }
  return { said, report: JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')).pluginReports };
}

/** The engine of this thread: there once it was needed. */
function engineHere(): unknown {
  return (CloudFormationValidatePlugin._singletonInstance() as unknown as { engine: unknown }).engine;
}

test('a fault is found in the thread, and reported as CDK reports it', () => {
  const [plain, own] = [undefined, new TemplateCheck()].map((check) => {
    CloudFormationValidatePlugin._disposeSingleton();
    const app = givenApp(9_000);
    check?.useFor(app);
    return { ...checked(app), isEngineHere: engineHere() !== undefined };
  });
  expect(plain!.isEngineHere).toBe(true);
  expect(own!.isEngineHere).toBe(false);
  expect(own!.said).toContain('CloudFormation-Validate::F3034');
  expect(own!.report).toEqual(plain!.report);
});

test('what is right passes', () => {
  const app = givenApp(48);
  new TemplateCheck().useFor(app);
  expect(checked(app)).toEqual({ said: '', report: [] });
  expect(engineHere()).toBeUndefined();
});

test.each(['process.exit(1)', 'throw new Error("no memory")', ''])(
  'a fault is found all the same where the thread ends by %j',
  (boot) => {
    const app = givenApp(9_000);
    new TemplateCheck(boot).useFor(app);
    expect(checked(app).said).toContain('CloudFormation-Validate::F3034');
    expect(engineHere()).toBeInstanceOf(Object);
  },
);

test('an app that CDK does not check is not checked', () => {
  const app = new App({ context: cdkJson.context, analyticsReporting: false, builtinCloudFormationValidation: false });
  new kinesis.CfnStream(new Stack(app, 'Stack'), 'Stream', { shardCount: 1, retentionPeriodHours: 9_000 });
  new TemplateCheck('').useFor(app);
  expect(() => app.synth()).not.toThrow();
});
