import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { detectDrift } from '../../ops/drift/detect';
import { driftText } from '../../ops/drift/report';
import { fakeCloud, refusal } from './testing/cloud';

const RESOURCE = {
  LogicalResourceId: 'Logs',
  ResourceType: 'AWS::Logs::LogGroup',
  PhysicalResourceId: '/pinterest/ada',
  StackResourceDriftStatus: 'MODIFIED',
  PropertyDifferences: [{ PropertyPath: '/RetentionInDays', ExpectedValue: '7', ActualValue: '30' }],
};

function given(statuses: Record<string, string[]>) {
  const asked = new Map<string, number>();
  const { cloud, calls } = fakeCloud({
    DescribeStacks: () => ({
      Stacks: [
        ...Object.keys(statuses).map((id) => ({ StackName: `pinterest-ada-${id}`, StackStatus: 'CREATE_COMPLETE' })),
        { StackName: 'pinterest-ada-New', StackStatus: 'REVIEW_IN_PROGRESS' },
        { StackName: 'pinterest-bob-Lake', StackStatus: 'CREATE_COMPLETE' },
      ],
    }),
    DetectStackDrift: ({ StackName }) => {
      const id = String(StackName).slice('pinterest-ada-'.length);
      if (statuses[id]![0] === 'refused') throw refusal('AccessDenied', 'not allowed');
      return { StackDriftDetectionId: id };
    },
    DescribeStackDriftDetectionStatus: ({ StackDriftDetectionId: id }) => {
      const at = asked.get(String(id)) ?? 0;
      asked.set(String(id), at + 1);
      return { DetectionStatus: statuses[String(id)]![at], DetectionStatusReason: 'Failed on [Key]' };
    },
    DescribeStackResourceDrifts: ({ StackName }) => ({
      StackResourceDrifts: String(StackName).endsWith('Lake') ? [RESOURCE] : [],
    }),
  });
  const progress: string[] = [];
  const run = (limitMs?: number) =>
    detectDrift({
      cloud,
      prefix: 'pinterest-ada-',
      progress: (done, total) => progress.push(`${done}/${total}`),
      pollMs: 1,
      limitMs,
    });
  return { run, calls, progress };
}

test('every stack of the environment is compared and waited for, and what differs is named with both values', async () => {
  const { run, calls, progress } = given({
    Lake: ['DETECTION_IN_PROGRESS', 'DETECTION_COMPLETE'],
    Api: ['DETECTION_COMPLETE'],
    Kafka: ['DETECTION_FAILED'],
    Spark: ['refused'],
  });
  const stacks = await run();
  expect(calls.sort()).toEqual(['Api', 'Kafka', 'Lake', 'Spark'].map((id) => `DetectStackDrift pinterest-ada-${id}`));
  expect(progress).toEqual(['0/4', '1/4', '2/4', '3/4', '4/4']);
  expect(driftText('dev', stacks).split('\n')).toEqual([
    'Api: in sync',
    'Kafka: not told (Failed on [Key])',
    'Lake: drifted',
    '  Logs (AWS::Logs::LogGroup) /pinterest/ada: was changed',
    '    /RetentionInDays: 7 in the template, 30 there',
    'Spark: not told (AccessDenied: not allowed)',
    '',
    '1 resource is not what the templates say. Put the change into the templates, or',
    '  take it back with npm run deploy -- --env dev --revert-drift; a plain',
    '  deployment leaves it, because it compares templates alone.',
    '',
  ]);
});

test('where nothing differs it says so, and of how many stacks', async () => {
  const stacks = await given({ Api: ['DETECTION_COMPLETE'], Kafka: ['DETECTION_FAILED'] }).run();
  expect(driftText('dev', stacks)).toContain('has drifted in 1 of 2 stacks.');
  expect(driftText('dev', [])).toBe('dev has no stacks, so nothing can have drifted.\n');
});

test('a detection that does not end is given up', async () => {
  const stacks = await given({ Api: Array(1000).fill('DETECTION_IN_PROGRESS') }).run(20);
  expect(stacks).toEqual([
    { stack: 'Api', state: 'not told', reason: 'CloudFormation was not done in time', drifted: [] },
  ]);
});

function run(script: string, ...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, ...argv], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
    timeout: 25_000,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return { status, stdout, stderr };
}

test.each([
  [['--env', 'prd'], "no environment 'prd' in config/"],
  [['--evn', 'dev'], "unknown option '--evn'"],
  [['--env', 'dev'], 'no AWS credentials'],
])('drift %j is refused with 2', (argv, message) => {
  const { status, stdout, stderr } = run('ops/drift.ts', ...argv);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test.each([
  [
    ['--method', 'prepare'],
    "--method must be change-set, direct, prepare-change-set or execute-change-set, got 'prepare'",
  ],
  [['--change-set-name', '1st'], "--change-set-name must be a letter and up to 127 letters, digits or -, got '1st'"],
])('deploy --env dev %j is refused with 2', (argv, message) => {
  const { status, stderr } = run('ops/deploy.ts', '--env', 'dev', ...argv);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
