import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../../../lib/pipeline';
import { givenApp, givenConfig } from '../testing/environment';

function given(canary: boolean): Template {
  const app = givenApp();
  addStacks(app, givenConfig({ monitoring: { canary } }));
  return Template.fromStack(app.node.findChild('Monitoring') as Stack);
}

test('it sings each minute, once, and may use one topic’s and one stream’s route and no other', () => {
  const template = given(true);
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }],
  });
  const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
  const routes = [...policies.matchAll(/\/test\/(\w+\/[\w./-]+)/g)].map(([, route]) => route);
  expect(routes).toEqual(['POST/topics/ada.pin', 'PUT/streams/streaming-ada-pin/record']);
  template.hasResourceProperties('AWS::Lambda::Function', {
    MemorySize: 128,
    Environment: {
      Variables: { TOPIC: 'ada.pin', STREAM: 'streaming-ada-pin', FLUSH_SIZE: '500', ROTATE_MINUTES: '10' },
    },
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'Errors',
    Threshold: 0,
    EvaluationPeriods: 3,
    Period: 60,
    TreatMissingData: 'breaching',
  });
});

test('where it is off there is none', () => {
  given(false).resourceCountIs('AWS::Lambda::Function', 0);
});

test('it cannot call an API that takes named addresses alone', () => {
  const api = { requestsPerSecond: 1, burst: 1, allowFrom: ['203.0.113.0/24'] };
  expect(() => givenConfig({ api, monitoring: { canary: true } })).toThrow(
    'config/test.yaml: monitoring.canary must be off with api.allowFrom',
  );
});
