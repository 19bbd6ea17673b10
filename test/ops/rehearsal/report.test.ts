import { fakedIn, type RehearsalReport, renderReports } from '../../../ops/rehearsal/report';

const REPORT: RehearsalReport = {
  name: 'dev',
  ok: true,
  seconds: 41.26,
  steps: [
    { step: 'deploy', seconds: 12.34, did: '2 stacks' },
    { step: 'destroy', seconds: 5, did: '2 stacks' },
  ],
  stacks: [
    { stack: 'Lake', resources: 12, seconds: 0.9, faked: {}, switchedOn: false },
    { stack: 'Orchestration', resources: 9, seconds: 10, faked: { 'AWS::MWAA::Environment': 1 }, switchedOn: true },
  ],
  customResources: ['Custom::UploadedText'],
  kept: ['Api/Role'],
  findings: [],
};

test('a rehearsal is told as a table, with what was faked, what stays, and what it cannot show', () => {
  const text = renderReports([REPORT]);
  expect(text.split('\n').slice(0, 16)).toEqual([
    'dev: deploy 12.3 s, destroy 5.0 s',
    '',
    'stack          resources  seconds  real or faked',
    'Lake                  12      0.9  real',
    'Orchestration          9     10.0  1 faked, not in the file: switched on',
    'all                   21     10.9  1 faked',
    '',
    'deploy: 2 stacks',
    'destroy: 2 stacks',
    'functions of Custom::UploadedText ran for real',
    'faked: AWS::MWAA::Environment 1',
    'kept: Api/Role',
    'dev: rehearsed in 41.3 s, nothing wrong',
    '',
    'A rehearsal cannot show',
    '  whether AWS accepts a value: versions, sizes, zones, quotas; npm run synth and cfn-lint check what can be known of them',
  ]);
  expect(text).toContain('\n  permissions: ');
});

test('what was found closes the report, with stack and resource', () => {
  const finding = { step: 'deploy', stack: 'Lake', resource: 'Lake/Key', type: 'AWS::KMS::Key', what: 'no' };
  const text = renderReports([
    {
      ...REPORT,
      ok: false,
      stacks: [],
      findings: [finding, { step: 'destroy', stack: 'Api', what: 'it is still there' }],
    },
  ]);
  expect(text).toContain(
    'FAILED deploy: Lake, Lake/Key (AWS::KMS::Key): no\nFAILED destroy: Api: it is still there\ndev: FAILED\n',
  );
});

test('a resource counts as faked where its type is, and an alarm only on metric math', () => {
  const resources = {
    Topic1: { Type: 'AWS::MSK::Topic' },
    Topic2: { Type: 'AWS::MSK::Topic' },
    Plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
    Maths: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [] } },
    Bucket: { Type: 'AWS::S3::Bucket' },
  };
  expect(fakedIn({ id: 'A', name: 'A', needs: [], isProtected: false, resources })).toEqual({
    'AWS::MSK::Topic': 2,
    'AWS::CloudWatch::Alarm': 1,
  });
});
