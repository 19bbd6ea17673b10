import { executeChangeSets } from '../../../ops/change-sets/execute';
import { fakeCloud, refusal } from '../testing/cloud';

const stack = (id: string, needs: string[] = []) => ({
  id,
  name: `pinterest-ada-${id}`,
  needs,
  isProtected: false,
  resources: {},
});
const STACKS = [stack('Lake'), stack('Api', ['Lake']), stack('Monitoring', ['Api'])];
const PREPARED_AT = new Date('2026-05-01T10:00:00Z');
const ready = {
  Status: 'CREATE_COMPLETE',
  ExecutionStatus: 'AVAILABLE',
  CreationTime: PREPARED_AT,
  Changes: [
    { ResourceChange: { Action: 'Modify', LogicalResourceId: 'Stream', ResourceType: 'AWS::Kinesis::Stream' } },
  ],
};
const empty = {
  Status: 'FAILED',
  ExecutionStatus: 'UNAVAILABLE',
  StatusReason: "The submitted information didn't contain changes.",
};

/** Stacks that are there, each with what its change set says; `undefined` where there is none. */
function given(
  sets: Record<string, object | undefined>,
  { updatedAt = '2026-05-01T09:00:00Z', begins = 'CREATE_COMPLETE', ends = 'UPDATE_COMPLETE' } = {},
) {
  const executed = new Set<string>();
  const said: string[] = [];
  const cdk: string[][] = [];
  const { cloud, calls } = fakeCloud({
    DescribeStacks: ({ StackName }) => {
      const id = String(StackName).split('-').at(-1)!;
      if (!(id in sets)) throw refusal('ValidationError', `Stack with id ${StackName} does not exist`);
      const StackStatus = executed.has(id) ? ends : begins;
      return { Stacks: [{ StackName, StackStatus, LastUpdatedTime: new Date(updatedAt) }] };
    },
    DescribeChangeSet: ({ StackName }) => {
      const set = sets[String(StackName).split('-').at(-1)!];
      if (!set) throw refusal('ChangeSetNotFoundException', 'ChangeSet [run-1] does not exist');
      return set;
    },
    ExecuteChangeSet: ({ StackName }) => {
      executed.add(String(StackName).split('-').at(-1)!);
      return {};
    },
    DeleteChangeSet: () => ({}),
    DescribeStackEvents: () => ({
      StackEvents: [
        {
          Timestamp: new Date(),
          LogicalResourceId: 'Other',
          ResourceStatus: 'UPDATE_FAILED',
          ResourceStatusReason: 'Resource update cancelled',
        },
        {
          Timestamp: new Date(),
          LogicalResourceId: 'Stream',
          ResourceStatus: 'UPDATE_FAILED',
          ResourceStatusReason: 'limit of 500 shards',
        },
      ],
    }),
  });
  const run = (signal?: AbortSignal) =>
    executeChangeSets({
      signal,
      cloud,
      stacks: STACKS,
      name: 'run-1',
      again: 'npm run deploy -- --env dev --method prepare-change-set',
      cdkDeploy: async (args) => {
        cdk.push([...args]);
        return 0;
      },
      say: (line) => said.push(line),
      pollMs: 1,
    });
  return { run, calls, said, cdk };
}

test('change sets are executed in the order of the app, and those without changes are taken away at the end', async () => {
  const { run, calls, said, cdk } = given({ Lake: ready, Api: empty, Monitoring: ready });
  await run();
  expect(calls).toEqual([
    'ExecuteChangeSet pinterest-ada-Lake',
    'ExecuteChangeSet pinterest-ada-Monitoring',
    'DeleteChangeSet pinterest-ada-Api',
  ]);
  expect(said).toEqual([
    'Lake: 1 resource …',
    'Lake: done in 0 s',
    'Monitoring: 1 resource …',
    'Monitoring: done in 0 s',
  ]);
  expect(cdk).toEqual([]);
});

test('nothing is executed when one is missing or stale: one error names them all, and says how to prepare again', async () => {
  const obsolete = { ...ready, ExecutionStatus: 'OBSOLETE' };
  const { run, calls } = given({ Lake: ready, Api: undefined, Monitoring: obsolete });
  await expect(run()).rejects.toThrow(
    'change sets named run-1: Api has none, that of Monitoring is stale (another change was executed since); nothing was executed. ' +
      'They hold for what was deployed when they were prepared: npm run deploy -- --env dev --method prepare-change-set',
  );
  expect(calls).toEqual([]);
});

test('a stack that was changed after its change set was prepared makes it stale', async () => {
  const { run, calls } = given({ Lake: ready, Api: ready, Monitoring: ready }, { updatedAt: '2026-05-01T10:00:01Z' });
  await expect(run()).rejects.toThrow(
    'that of Lake is stale (prepared at 2026-05-01T10:00:00.000Z, and the stack was changed at 2026-05-01T10:00:01.000Z)',
  );
  expect(calls).toEqual([]);
});

test('a second run leaves out what the first one has executed', async () => {
  const { run, calls, said } = given({
    Lake: { ...ready, ExecutionStatus: 'EXECUTE_COMPLETE' },
    Api: ready,
    Monitoring: empty,
  });
  await run();
  expect(calls).toEqual(['ExecuteChangeSet pinterest-ada-Api', 'DeleteChangeSet pinterest-ada-Monitoring']);
  expect(said[0]).toBe('Lake: executed already');
});

test('interrupted, it says that CloudFormation goes on, and the next run waits for that and does the rest', async () => {
  const stopping = new AbortController();
  const first = given({ Lake: ready, Api: ready, Monitoring: empty }, { ends: 'UPDATE_IN_PROGRESS' });
  const stopped = first.run(stopping.signal);
  stopping.abort();
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  expect(first.said.at(-1)).toBe('CloudFormation goes on with Lake; the same command waits for it and does the rest');
  const running = { ...ready, ExecutionStatus: 'EXECUTE_IN_PROGRESS' };
  const next = given({ Lake: running, Api: ready, Monitoring: empty }, { begins: 'UPDATE_COMPLETE' });
  await next.run();
  expect(next.calls).toEqual(['ExecuteChangeSet pinterest-ada-Api', 'DeleteChangeSet pinterest-ada-Monitoring']);
  expect(next.said[0]).toBe('Lake: done in 0 s');
});

test('what is new has no change set: it and what needs it is deployed whole, after the others', async () => {
  const { run, calls, cdk } = given({ Lake: ready, Monitoring: undefined });
  await run();
  expect(calls).toEqual(['ExecuteChangeSet pinterest-ada-Lake']);
  expect(cdk).toEqual([['--require-approval', 'never', '--exclusively', '--concurrency', '4', 'Api', 'Monitoring']]);
});

test('a stack that fails ends it with the reason, and the next ones are left as they are', async () => {
  const { run, calls } = given({ Lake: ready, Api: ready, Monitoring: ready }, { ends: 'UPDATE_ROLLBACK_COMPLETE' });
  await expect(run()).rejects.toThrow('Lake is UPDATE_ROLLBACK_COMPLETE: Stream: limit of 500 shards');
  expect(calls).toEqual(['ExecuteChangeSet pinterest-ada-Lake']);
});
