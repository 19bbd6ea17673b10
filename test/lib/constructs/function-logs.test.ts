import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../../../lib/pipeline';
import { EVERYTHING, givenApp, givenConfig } from '../testing/environment';

/** Every log group that a service of AWS would make by itself, and keep for ever, is one of ours with an end. */
test('every function writes to a log group of its stack, kept as long as the environment says', () => {
  const app = givenApp();
  addStacks(app, givenConfig({ ...EVERYTHING, logRetentionDays: 3 }));
  let functions = 0;
  for (const child of app.node.children) {
    const template = Template.fromStack(child as never);
    const groups = template.findResources('AWS::Logs::LogGroup');
    for (const [id, group] of Object.entries(groups)) expect([id, group.Properties.RetentionInDays]).toEqual([id, 3]);
    for (const [id, { Properties }] of Object.entries(template.findResources('AWS::Lambda::Function'))) {
      functions++;
      expect([id, Object.keys(groups)]).toEqual([
        id,
        expect.arrayContaining([Properties.LoggingConfig?.LogGroup?.Ref]),
      ]);
    }
  }
  expect(functions).toBe(10);
});

test('the errors of the API go to a group that is there before the stage is', () => {
  const app = givenApp();
  addStacks(app, givenConfig({ ...EVERYTHING, logRetentionDays: 3 }));
  const template = Template.fromStack(app.node.findChild('Api') as never);
  const [api] = Object.keys(template.findResources('AWS::ApiGateway::RestApi'));
  const [group] = Object.entries(template.findResources('AWS::Logs::LogGroup')).filter(([, { Properties }]) =>
    JSON.stringify(Properties.LogGroupName ?? '').includes('API-Gateway-Execution-Logs_'),
  );
  expect(group![1].Properties.LogGroupName).toEqual({
    'Fn::Join': ['', ['API-Gateway-Execution-Logs_', { Ref: api }, '/test']],
  });
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
  expect(stage!.DependsOn).toContain(group![0]);
});
