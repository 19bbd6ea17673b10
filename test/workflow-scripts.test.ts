import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';

// What the workflows do in scripts of their own, run as GitHub runs them.

interface Step {
  readonly run?: string;
  readonly with?: { readonly script?: string };
}

function stepsOf(file: string, job: string): Step[] {
  const text = readFileSync(join(__dirname, '..', '.github', 'workflows', file), 'utf8');
  return (load(text) as { jobs: Record<string, { steps: Step[] }> }).jobs[job]!.steps;
}

test.each([
  ['prepare', 'AWS_PLAN_ROLE'],
  ['execute', 'AWS_DEPLOY_ROLE'],
])('an environment that is set up by half says what is missing to %s', (job, variable) => {
  const [first] = stepsOf('deploy-environment.yml', job);
  const { status, stdout } = spawnSync('bash', ['-e', '-c', first!.run!], { encoding: 'utf8' });
  expect({ status, stdout: stdout.trim() }).toEqual({
    status: 1,
    stdout: `::error::the GitHub environment has no variable ${variable}; npm run setup-ci prints the command that sets it`,
  });
});

/** Runs a step of a workflow with an `npm` that does this, in a folder of its own. Gives what it wrote, too. */
function runStep(script: string, npm: string, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-step-'));
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
  mkdirSync(join(folder, 'config'));
  for (const name of ['dev', 'dev-eu', 'prod']) writeFileSync(join(folder, 'config', `${name}.yaml`), '');
  for (const name of ['summary', 'output']) writeFileSync(join(folder, name), '');
  const { status, stdout } = spawnSync('bash', ['-e', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      ENVIRONMENT: 'dev',
      GITHUB_STEP_SUMMARY: 'summary',
      GITHUB_OUTPUT: 'output',
      ...env,
    },
  });
  const [summary, output] = ['summary', 'output'].map((name) => readFileSync(join(folder, name), 'utf8'));
  rmSync(folder, { recursive: true });
  return { status, stdout, summary, output };
}

describe('what is prepared', () => {
  const script = stepsOf('deploy-environment.yml', 'prepare').at(-1)!.run!;

  test('stands in the summary without what the CDK said, and its name goes on to whoever executes it', () => {
    const npm =
      'echo "Api: creating change set"; echo "Change sets named run-1-1; nothing is changed yet."; echo; echo "Api  modify"';
    expect(runStep(script, npm, { CHANGE_SET: 'run-1-1' })).toEqual({
      status: 0,
      stdout: 'Change sets named run-1-1; nothing is changed yet.\n\nApi  modify\n',
      summary: '### dev\n```\nChange sets named run-1-1; nothing is changed yet.\n\nApi  modify\n```\n',
      output: 'change-set=run-1-1\n',
    });
  });

  test('says all that the CDK said when it fails', () => {
    const { status, stdout, output } = runStep(script, 'echo "Api: no export"; exit 1', { CHANGE_SET: 'run-1-1' });
    expect({ status, stdout, output }).toEqual({ status: 1, stdout: 'Api: no export\n', output: '' });
  });
});

describe('drift', () => {
  test.each([
    [{ AWS_DIFF_ROLE_DEV: 'a', AWS_DIFF_ROLE_DEV_EU: 'b', OTHER: 'c' }, 'names=["dev","dev-eu"]\n'],
    [{ AWS_DIFF_ROLE_DEV: '' }, 'names=[]\n'],
  ])('is looked for where the environment is set up: %j', (variables, output) => {
    const { run } = stepsOf('drift.yml', 'environments').at(-1)!;
    expect(runStep(run!, '', { VARIABLES: JSON.stringify(variables) })).toMatchObject({ status: 0, output });
  });

  test.each([0, 1])('is told in the summary without the account, and ends the job with %d', (code) => {
    const { run } = stepsOf('drift.yml', 'drift').at(-1)!;
    const { status, summary } = runStep(run!, `echo "arn:aws:sns:us-east-1:111122223333:x"; exit ${code}`);
    expect({ status, summary }).toEqual({ status: code, summary: '```\narn:aws:sns:us-east-1:<account>:x\n```\n' });
  });
});

describe('the diff', () => {
  const step = stepsOf('pull-request.yml', 'synth').find(({ run }) => run?.includes('npm run --silent diff'))!;

  /** Runs the step with an `npm` that does this. */
  function diffStep(npm: string) {
    const folder = mkdtempSync(join(tmpdir(), 'diff-step-'));
    writeFileSync(join(folder, 'npm'), `#!/bin/sh\necho "$@" > arguments\n${npm}\n`, { mode: 0o755 });
    const { status, stdout } = spawnSync('bash', ['-e', '-c', step.run!], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}`, ENVIRONMENT: 'dev' },
    });
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    const result = { status, stdout, asked: read('arguments').trim(), diff: read('diff-dev.txt') };
    rmSync(folder, { recursive: true });
    return result;
  }

  test('compares templates alone, and leaves out the account and what every diff would say', () => {
    const said = [
      "could not be used to assume 'arn:aws:iam::111122223333:role/cdk-hnb659fds-lookup-role-111122223333-us-east-1'",
      'Stack Api (aws://111122223333/us-east-1)',
      '[~] streaming-0a1b2c3d4e5f-pin since 1767225600000',
    ];
    expect(diffStep(said.map((line) => `echo "${line}" >&2`).join('\n'))).toEqual({
      status: 0,
      stdout: '',
      asked: 'run --silent diff -- --env dev --app cdk.out --method template --no-color --no-notices',
      diff: 'Stack Api (aws://<account>/us-east-1)\n[~] streaming-0a1b2c3d4e5f-pin since 1767225600000\n',
    });
  });

  test('that fails fails the job, and is seen in its log', () => {
    expect(diffStep('echo no such stack; exit 3')).toMatchObject({ status: 1, stdout: 'no such stack\n' });
  });
});

describe('the comment', () => {
  const { script } = stepsOf('pull-request.yml', 'comment').at(-1)!.with!;
  const MARK = '<!-- what this pull request changes in AWS -->';

  interface Comment {
    readonly id: number;
    readonly user: { readonly type: string };
    readonly body: string;
  }

  /** Runs the script with what actions/github-script puts in its reach, over files in `diffs/`; answers what it did. */
  async function comment(diffs: Record<string, string>, there: readonly Comment[] = []) {
    const calls: { did: string; body?: string; where?: object; text?: string }[] = [];
    const note =
      (did: string) =>
      async ({ body, ...where }: { body: string }) => {
        calls.push({ did, body, where });
      };
    const issues = { createComment: note('create'), updateComment: note('update'), listComments: 'list' };
    const fs = {
      existsSync: () => Object.keys(diffs).length > 0,
      readdirSync: () => Object.keys(diffs),
      readFileSync: (path: string) => diffs[path.replace('diffs/', '')],
    };
    const names = {
      require: () => fs,
      core: { notice: (text: string) => calls.push({ did: 'notice', text }) },
      context: { repo: { owner: 'ada', repo: 'pins' }, issue: { number: 7 } },
      github: { rest: { issues }, paginate: async () => there },
    };
    await new Function(...Object.keys(names), `return (async () => {${script}})()`)(...Object.values(names));
    return calls;
  }

  test('quotes the diff of each environment and lets none break out of its quotes', async () => {
    expect(await comment({ 'diff-staging.txt': 'b', 'diff-dev.txt': 'a ``` # x' })).toEqual([
      {
        did: 'create',
        where: { owner: 'ada', repo: 'pins', issue_number: 7 },
        body: [
          MARK,
          '### What this changes in AWS',
          "<details><summary>dev</summary>\n\n```\na ''' # x\n```\n\n</details>",
          '<details><summary>staging</summary>\n\n```\nb\n```\n\n</details>',
        ].join('\n\n'),
      },
    ]);
  });

  test('is written anew where there is one of ours, never over anybody else’s', async () => {
    const there = [
      { id: 1, user: { type: 'User' }, body: `${MARK} quoted` },
      { id: 2, user: { type: 'Bot' }, body: 'coverage' },
      { id: 3, user: { type: 'Bot' }, body: `${MARK} old` },
    ];
    const calls = await comment({ 'diff-dev.txt': 'a' }, there);
    expect(calls.map(({ did, where }) => [did, where])).toEqual([
      ['update', { owner: 'ada', repo: 'pins', comment_id: 3 }],
    ]);
  });

  test('fits into what GitHub takes, and without diffs there is none', async () => {
    const long = 'x'.repeat(100_000);
    const [call] = await comment({ 'diff-a.txt': long, 'diff-b.txt': long, 'diff-c.txt': long });
    expect(call!.body!.length).toBeLessThan(65_536);
    expect(call!.body).toContain('… cut; the artifact has the rest');
    expect(await comment({})).toEqual([
      { did: 'notice', text: 'no diff: run npm run setup-ci once for each environment' },
    ]);
  });
});
