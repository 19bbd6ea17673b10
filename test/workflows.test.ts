import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { diffRoleVariable } from '../ops/ci-roles';

/** Where workflows and environments are; another folder when a test has changed a copy of them. */
const PLACE = process.env.WORKFLOWS_OF ?? join(__dirname, '..');
const FOLDER = join(PLACE, '.github', 'workflows');

/** Each was looked up in the action's own repository: the commit that the tag points at. */
const PINS: Readonly<Record<string, string>> = {
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1': 'v7.0.1',
  'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020': 'v7.0.0',
  'actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97': 'v7.0.0',
  'actions/setup-java@b6effb05e454b25005698d916606bdc6ffcbf961': 'v5.7.0',
  'actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae': 'v5.0.5',
  'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f': 'v7.0.0',
  'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c': 'v8.0.1',
  'actions/github-script@ed597411d8f924073f98dfc5c65a23a2325f34cd': 'v8.0.0',
  'aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c': 'v6.2.3',
};

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}
interface Job {
  readonly uses?: string;
  readonly with?: Record<string, string>;
  readonly steps?: readonly Step[];
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Record<string, string>;
  readonly concurrency?: Record<string, unknown>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly include?: readonly Record<string, string>[] } };
  readonly env?: Record<string, string>;
  readonly outputs?: Record<string, string>;
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions: unknown;
  readonly jobs: Record<string, Job>;
}

const files = readdirSync(FOLDER).sort();
const texts = Object.fromEntries(files.map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]));
const workflows = Object.fromEntries(files.map((file) => [file, load(texts[file]!) as Workflow]));
const jobs = files.flatMap((file) =>
  Object.entries(workflows[file]!.jobs).map(([name, job]) => ({ name: `${file} ${name}`, job })),
);
const steps = jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step })));
const environments = readdirSync(join(PLACE, 'config')).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);

test('every action is pinned to a commit that was looked up, with its tag beside it', () => {
  const used = files.flatMap((file) => [...texts[file]!.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, use]) => use!));
  const actions = used.filter((use) => !use.startsWith('./'));
  expect(actions.length).toBeGreaterThan(10);
  for (const action of actions) {
    const [, pin, tag] = /^(\S+@[0-9a-f]{40}) # (v\d+\.\d+\.\d+)$/.exec(action) ?? [];
    expect({ action, tag }).toEqual({ action, tag: PINS[pin ?? ''] ?? 'a tag of the list' });
  }
});

test('workflows start on pull requests, on main, by the clock, or from one another; never with a fork’s code and our rights', () => {
  expect(files.map((file) => [file, workflows[file]!.on])).toEqual([
    ['deploy-environment.yml', { workflow_call: { inputs: { env: expect.objectContaining({ required: true }) } } }],
    ['deploy.yml', { push: { branches: ['main'] } }],
    ['drift.yml', { schedule: [{ cron: '17 5 * * 1-5' }], workflow_dispatch: null }],
    ['expiring.yml', { schedule: [{ cron: '23 5 * * 1' }], workflow_dispatch: null }],
    ['pull-request.yml', { pull_request: null }],
    ['test.yml', { workflow_call: null }],
  ]);
});

test('no job has a right that it does not name, and only those that need one have more than to read', () => {
  expect(files.map((file) => workflows[file]!.permissions)).toEqual(files.map(() => ({})));
  const read = { contents: 'read' };
  const signsIn = { contents: 'read', 'id-token': 'write' };
  expect(Object.fromEntries(jobs.map(({ name, job }) => [name, job.permissions]))).toEqual({
    'deploy-environment.yml prepare': signsIn,
    'deploy-environment.yml execute': signsIn,
    'deploy.yml test': read,
    ...Object.fromEntries(environments.map((env) => [`deploy.yml ${env}`, signsIn])),
    'drift.yml environments': read,
    'drift.yml drift': signsIn,
    'expiring.yml expiring': read,
    'pull-request.yml test': read,
    'pull-request.yml synth': signsIn,
    'pull-request.yml comment': { 'pull-requests': 'write' },
    'test.yml linux': read,
    'test.yml nodes': read,
    'test.yml macos': read,
    'test.yml windows': read,
    'test.yml templates': {},
  });
});

test('no secret is used, and no checkout leaves its token behind', () => {
  expect(files.filter((file) => /\bsecrets\b/.test(texts[file]!))).toEqual([]);
  const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
  expect(checkouts).toHaveLength(10);
  for (const { step } of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
});

test('scripts get what others wrote as variables, never pasted in', () => {
  const scripts = steps.flatMap(({ step }) => [step.run ?? [], (step.with?.script as string) ?? []].flat());
  expect(scripts.length).toBeGreaterThan(5);
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

test('every job ends by itself', () => {
  const own = jobs.filter(({ job }) => job.uses === undefined);
  expect(own).toHaveLength(12);
  for (const { name, job } of own) expect([name, job['timeout-minutes']]).toEqual([name, expect.any(Number)]);
});

const environmentJobs = Object.entries(workflows['deploy.yml']!.jobs).filter(([name]) => name !== 'test');

test('every environment is deployed after the tests, ours one after the other, each as the GitHub environment of its name', () => {
  const { prepare, execute, ...others } = workflows['deploy-environment.yml']!.jobs;
  expect(others).toEqual({});
  expect(prepare!.environment).toBe(`\${{ inputs.env }}-plan`);
  expect([execute!.needs, execute!.environment]).toEqual(['prepare', `\${{ inputs.env }}`]);
  expect(execute!.concurrency).toEqual({ group: `deploy-\${{ inputs.env }}`, 'cancel-in-progress': false });
  const order = environmentJobs.map(([name]) => name);
  expect([...order].sort()).toEqual([...environments].sort());
  for (const [at, [name, { needs, with: given }]] of environmentJobs.entries()) {
    expect([name, given?.env]).toEqual([name, name]);
    expect([name, ['test', ...order.slice(0, at)]]).toEqual([name, expect.arrayContaining([needs])]);
  }
  const chain = environmentJobs.filter(([name]) => ['dev', 'staging', 'prod'].includes(name));
  expect(chain.map(([name, { needs }]) => [name, needs])).toEqual([
    ['dev', 'test'],
    ['staging', 'dev'],
    ['prod', 'staging'],
  ]);
});

test('an environment that nobody has set up is left out', () => {
  expect(environmentJobs.map(([name, job]) => [name, job.if])).toEqual(
    environmentJobs.map(([name]) => [name, `vars.AWS_DIFF_ROLE_${name.toUpperCase().replaceAll('-', '_')} != ''`]),
  );
});

const roleOf = (job: Job) => job.steps!.find(({ uses }) => uses?.startsWith('aws-actions/'))!.with;

test('what is executed is what was prepared, between a preflight and a smoke test of 100 posts, with rights for as long as a first one takes', () => {
  const { prepare, execute } = workflows['deploy-environment.yml']!.jobs;
  expect(prepare!.outputs).toEqual({ 'change-set': `\${{ steps.prepare.outputs.change-set }}` });
  expect(execute!.env!.CHANGE_SET).toBe(`\${{ needs.prepare.outputs.change-set }}`);
  expect(prepare!.steps!.at(-1)!.run).toMatch(
    /^npm run --silent deploy -- --env "\$ENVIRONMENT" --method prepare-change-set --change-set-name "\$CHANGE_SET" /,
  );
  expect(execute!.steps!.flatMap(({ run }) => run ?? []).slice(-3)).toEqual([
    'npm run preflight -- --env "$ENVIRONMENT"',
    'npm run deploy -- --env "$ENVIRONMENT" --method execute-change-set --change-set-name "$CHANGE_SET"',
    'npm run smoke -- --env "$ENVIRONMENT" --posts 100',
  ]);
  expect(roleOf(execute!)).toEqual({
    'role-to-assume': `\${{ vars.AWS_DEPLOY_ROLE }}`,
    'aws-region': 'us-east-1',
    'role-duration-seconds': 14_400,
  });
});

test('whoever prepares or looks for drift has the role that executes nothing', () => {
  const jobs = [workflows['deploy-environment.yml']!.jobs.prepare!, workflows['drift.yml']!.jobs.drift!];
  for (const job of jobs)
    expect(roleOf(job)).toEqual({ 'role-to-assume': `\${{ vars.AWS_PLAN_ROLE }}`, 'aws-region': 'us-east-1' });
  expect(jobs[1]!.environment).toBe(`\${{ matrix.env }}-plan`);
});

test('forks get synthesis and tests, but no role and no comment', () => {
  const { synth, comment } = workflows['pull-request.yml']!.jobs;
  const isOurs = 'github.event.pull_request.head.repo.full_name == github.repository';
  expect(synth!.env!.DIFF_ROLE).toBe(`\${{ ${isOurs} && vars[matrix.role] || '' }}`);
  expect(comment!.if).toBe(isOurs);
  const guarded = synth!.steps!.filter((step) => (step as { if?: string }).if === "env.DIFF_ROLE != ''");
  expect(guarded.map(({ uses }) => uses?.split('@')[0] ?? 'the diff')).toEqual([
    'aws-actions/configure-aws-credentials',
    'the diff',
    'actions/upload-artifact',
  ]);
});

test('the diff is shown for every environment, under the variable that setup-ci names', () => {
  const shown = workflows['pull-request.yml']!.jobs.synth!.strategy!.matrix.include!;
  expect(shown).toContainEqual({ env: 'staging', role: 'AWS_DIFF_ROLE_STAGING' });
  const byName = (a: { env?: string }, b: { env?: string }) => a.env!.localeCompare(b.env!);
  expect([...shown].sort(byName)).toEqual(
    environments.map((env) => ({ env, role: diffRoleVariable(env) })).sort(byName),
  );
});

test('every system runs what it can, none is stopped by another, and their templates are compared', () => {
  const { linux, macos, windows, templates } = workflows['test.yml']!.jobs;
  const runs = (job: Job | undefined) => job!.steps!.flatMap(({ run }) => run ?? []);
  expect(linux!.strategy).toEqual({
    'fail-fast': false,
    matrix: { include: [{ system: 'ubuntu-24.04' }, { system: 'ubuntu-24.04-arm' }] },
  });
  expect(runs(linux)).toEqual(['.ci/run', 'npm run synth -- --env dev']);
  expect(runs(macos)).toEqual([
    'npm ci',
    'npm run lint',
    'npm run typecheck',
    'npm test -- jest',
    'npx tsx test/systems/two-starts.ts',
    'npm run synth -- --env dev',
    'npm test -- spark',
  ]);
  expect(runs(windows)).toEqual([
    'npm ci',
    'npm test -- jest',
    'npx tsx test/systems/two-starts.ts',
    'npx tsx test/systems/two-starts.ts --fsync',
    'npm run answers',
    'npm run synth -- --env dev',
  ]);
  expect(templates!.needs).toEqual(['linux', 'macos', 'windows']);
  for (const [, folder] of texts['test.yml']!.matchAll(/name: (templates-\w\S+)/g)) {
    expect(runs(templates).join()).toContain(folder!.replace('templates-', ''));
  }
});

test('what a cache is named for is there', () => {
  const hashed = texts['test.yml']!.match(/hashFiles\((.*?)\)/)![1]!.match(/'[^']+'/g)!;
  expect(hashed.length).toBeGreaterThan(3);
  for (const path of hashed.map((quoted) => quoted.slice(1, -1).replace(/\/\*$/, ''))) {
    expect([path, existsSync(join(__dirname, '..', path))]).toEqual([path, true]);
  }
});

test('every npm script that a workflow runs is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'));
  const named = steps.flatMap(({ step }) =>
    [...(step.run ?? '').matchAll(/npm run (?:--silent )?([a-z-]+)/g)].map(([, name]) => name!),
  );
  expect(named).toEqual(expect.arrayContaining(['synth', 'diff', 'deploy', 'smoke']));
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
