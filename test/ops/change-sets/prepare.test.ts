import { prepareChangeSets, preparedTable } from '../../../ops/change-sets/prepare';
import { fakeCloud, refusal } from '../testing/cloud';

const stack = (id: string, needs: string[] = []) => ({
  id,
  name: `pinterest-ada-${id}`,
  needs,
  isProtected: id === 'Lake',
  resources: { One: { Type: 'AWS::S3::Bucket' } },
});
const STACKS = [stack('Lake'), stack('Spark', ['Lake']), stack('Monitoring', ['Spark']), stack('Streams')];

function given({
  isProtected = true,
  status = 'CREATE_COMPLETE',
  code = 0,
  there = ['Lake', 'Monitoring', 'Streams'],
  state = 'CREATE_COMPLETE',
} = {}) {
  const cdk: string[][] = [];
  const { cloud, calls } = fakeCloud({
    DescribeStacks: ({ StackName }) => {
      const id = String(StackName).split('-').at(-1)!;
      if (!there.includes(id)) throw refusal('ValidationError', `Stack with id ${StackName} does not exist`);
      return {
        Stacks: [{ StackName, StackStatus: state, EnableTerminationProtection: id === 'Lake' && isProtected }],
      };
    },
    DescribeChangeSet: ({ StackName }) =>
      String(StackName).endsWith('Lake')
        ? { Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE', StatusReason: 'No updates are to be performed.' }
        : {
            Status: status,
            ExecutionStatus: status === 'FAILED' ? 'UNAVAILABLE' : 'AVAILABLE',
            StatusReason: 'No export named x',
            CreationTime: new Date(),
            Changes: [
              {
                ResourceChange: {
                  Action: 'Modify',
                  LogicalResourceId: 'Pin',
                  ResourceType: 'AWS::Kinesis::Stream',
                  Replacement: 'True',
                },
              },
              { ResourceChange: { Action: 'Add', LogicalResourceId: 'Geo', ResourceType: 'AWS::Kinesis::Stream' } },
            ],
          },
  });
  const cdkDeploy = async (args: readonly string[]) => {
    cdk.push([...args]);
    return code;
  };
  return { cdk, calls, run: () => prepareChangeSets({ cloud, stacks: STACKS, name: 'run-1', cdkDeploy }) };
}

test('the CDK CLI makes a change set on every stack that is there, and on none that needs a new one', async () => {
  const { run, cdk, calls } = given();
  const prepared = await run();
  expect(cdk).toEqual([
    [
      ...['--method', 'prepare-change-set', '--change-set-name', 'run-1', '--require-approval', 'never'],
      ...['--exclusively', '--concurrency', '4', 'Lake', 'Streams'],
    ],
  ]);
  expect(calls).toEqual([]);
  expect(preparedTable(prepared, () => 7).split('\n')).toEqual([
    'Change sets named run-1; nothing is changed yet.',
    '',
    'Lake        no changes',
    'Spark       new, 7 resources',
    'Monitoring  deployed whole, for it needs a new one',
    'Streams     modify                                  Pin (AWS::Kinesis::Stream)  REPLACED',
    '            add                                     Geo (AWS::Kinesis::Stream)',
    '',
  ]);
});

test('a first deployment has nothing to prepare', async () => {
  const { run, cdk } = given({ there: [] });
  expect((await run()).stacks.map(({ changeSet }) => changeSet.state)).toEqual(['new', 'new', 'new', 'new']);
  expect(cdk).toEqual([]);
});

test.each(['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'CREATE_FAILED'])(
  'a stack that is %s is made anew, and to prepare that would delete it, so it is not prepared',
  async (state) => {
    const { run, cdk } = given({ state });
    expect(new Set((await run()).stacks.map(({ changeSet }) => changeSet.state))).toEqual(new Set(['new']));
    expect(cdk).toEqual([]);
  },
);

test('termination protection is in no change set, so what would change it is refused', async () => {
  const { run, cdk } = given({ isProtected: false });
  await expect(run()).rejects.toThrow('Lake: termination protection would change, which no change set holds');
  expect(cdk).toEqual([]);
});

test('a change set that cannot be made is an error that says why', async () => {
  await expect(given({ status: 'FAILED' }).run()).rejects.toThrow(
    'change sets could not be prepared: Streams (FAILED, UNAVAILABLE: No export named x)',
  );
  await expect(given({ code: 1 }).run()).rejects.toThrow(
    'change sets could not be prepared for all stacks, nothing was changed',
  );
});
