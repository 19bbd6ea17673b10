import type { Finding } from '../../ops/rehearsal/findings';
import { rehearse } from '../../ops/rehearsal/rehearsal';
import type { RehearsalReport } from '../../ops/rehearsal/report';
import { type OpenStage, openStage } from '../../ops/rehearsal/stage';
import { ensureVenv } from '../../toolchain/ensure-python';
import { type Fault, plantedApp } from './planted';

/** Apps that are rehearsed at once. Most of the time each waits for the CLI to ask again. */
const AT_ONCE = 4;
const PATIENCE_SECONDS = 10;

const FAULTS: readonly Fault[] = [
  'hangs',
  'never answers',
  'loses data',
  'leaves a bucket full',
  'none',
  'changes nothing',
  'differs each time',
  'wrong reference',
  'throws',
  'throws behind the framework',
  'calls out',
];

let stage: OpenStage;
const reports = new Map<Fault, RehearsalReport>();

/** All of them in one engine, as one account. */
beforeAll(async () => {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  stage = await openStage({
    python: await ensureVenv('rehearsal'),
    region: 'us-east-1',
    account: '000000000000',
    patienceSeconds: PATIENCE_SECONDS,
    signal: new AbortController().signal,
    say: () => {},
  });
  expect((await stage.cdk.bootstrap()).code).toBe(0);
  const waiting = [...FAULTS.entries()];
  const rehearseNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [at, fault] = next;
      reports.set(fault, await rehearse(plantedApp(`P${at}`, fault, stage.newFolder), stage));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, rehearseNext));
}, 900_000);

afterAll(() => stage?.close());

const findings = (fault: Fault): readonly Finding[] => reports.get(fault)!.findings;

/** The custom resource of the planted apps. */
const HOOK = { stack: 'Use', resource: 'Use/Hook/Default', type: 'Custom::Hook' };

test('an app without a fault goes through every step', () => {
  const report = reports.get('none')!;
  expect(report.findings).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.steps.map(({ step, did }) => [step, did])).toEqual([
    ['synth', '2 stacks'],
    ['deploy', '2 stacks'],
    ['again', 'nothing changed'],
    ['diff', 'no differences'],
    ['change', 'the retention of the stream: prepared, executed, 1 resources updated, none that holds data replaced'],
    ['destroy', '2 stacks'],
  ]);
  expect(report.customResources).toEqual(['Custom::Hook', 'Custom::S3AutoDeleteObjects']);
});

test('a wrong reference between stacks fails the deployment at the resource that has it', () => {
  const what = "Output 'Nothing' not found in stack 'P7-Data'";
  expect(findings('wrong reference')).toEqual([{ step: 'deploy', ...HOOK, what }]);
});

test.each<[Fault, string]>([
  ['throws', 'no such workspace'],
  ['throws behind the framework', 'Error: no such workspace'],
  ['hangs', 'Error: Task timed out after 10.00 seconds'],
  ['calls out', 'Error: a rehearsal speaks to loopback only, not to 192.0.2.1'],
])('a function that %s fails the deployment with what it said', (fault, what) => {
  expect(findings(fault)).toEqual([{ step: 'deploy', ...HOOK, what }]);
});

test('a function that ends and never answers is not waited for for an hour', () => {
  expect(findings('never answers')).toEqual([
    {
      step: 'deploy',
      ...HOOK,
      what: expect.stringMatching(
        /^the function P1-Use-Handler\S+ never answered CloudFormation, which would wait for up to an hour; the rehearsal gave up 10 s after/,
      ),
    },
  ]);
  expect(reports.get('never answers')!.seconds).toBeLessThan(120);
});

test('an app that is another one each time is found by its second deployment, with the property', () => {
  expect(findings('differs each time')).toEqual([
    { step: 'again', ...HOOK, what: 'a second deployment of the same app changed it: at' },
  ]);
});

test('a bucket that an update replaces, and a stream that it takes out, are data that is lost', () => {
  const place = { step: 'change', stack: 'Data' };
  expect(findings('loses data')).toEqual([
    {
      ...place,
      resource: 'Data/Bucket/Resource',
      type: 'AWS::S3::Bucket',
      what: expect.stringMatching(/^it holds data, and the update replaced p2-data-\S+ by an empty p2-renamed$/),
    },
    {
      ...place,
      resource: 'Data/Stream/Resource',
      type: 'AWS::Kinesis::Stream',
      what: expect.stringMatching(/^it holds data, and the update took p2-data-stream\S+ out of the stack$/),
    },
  ]);
});

test('an update that updates nothing rehearses nothing', () => {
  expect(findings('changes nothing')).toEqual([
    {
      step: 'change',
      stack: 'Data, Use',
      what: 'the changed setting changed no resource; name another with --change',
    },
  ]);
});

test('a bucket that nobody empties stays, and the destruction fails', () => {
  expect(findings('leaves a bucket full')[0]).toEqual({
    step: 'destroy',
    stack: 'Data',
    resource: 'Data/Bucket/Resource',
    type: 'AWS::S3::Bucket',
    what: expect.stringMatching(
      /^The bucket you tried to delete is not empty: p3-data-\S+ holds rehearsal\/object and 0 more$/,
    ),
  });
});
