import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { diffRoleVariable, githubCommands } from '../../ops/ci-roles';

test('GitHub is told of the roles, and that only main runs in the environment', () => {
  const roles = {
    DeployRole: 'arn:aws:iam::111122223333:role/deploy',
    PlanRole: 'arn:aws:iam::111122223333:role/plan',
    DiffRole: 'arn:aws:iam::111122223333:role/diff',
  };
  expect(githubCommands('dev', { owner: 'ada', name: 'pins' }, roles)).toEqual([
    "gh api --method PUT repos/ada/pins/environments/dev-plan -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'",
    'gh api --method POST repos/ada/pins/environments/dev-plan/deployment-branch-policies -f name=main',
    'gh variable set AWS_PLAN_ROLE --repo ada/pins --env dev-plan --body arn:aws:iam::111122223333:role/plan',
    "gh api --method PUT repos/ada/pins/environments/dev -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'",
    'gh api --method POST repos/ada/pins/environments/dev/deployment-branch-policies -f name=main',
    'gh variable set AWS_DEPLOY_ROLE --repo ada/pins --env dev --body arn:aws:iam::111122223333:role/deploy',
    'gh variable set AWS_DIFF_ROLE_DEV --repo ada/pins --body arn:aws:iam::111122223333:role/diff',
  ]);
});

test('an environment’s name becomes one that GitHub takes for a variable', () => {
  expect(diffRoleVariable('dev-eu')).toBe('AWS_DIFF_ROLE_DEV_EU');
});

function run(...argv: string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'ops/setup-ci.ts', ...argv], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
    timeout: 25_000,
  });
  return { status, stderr: stderr.trim() };
}

test('without an environment or a repository it is wrong usage, before anything is synthesized', () => {
  expect(run('--repository', 'ada/pins')).toEqual({
    status: 2,
    stderr: '--env <name> is missing; npm run setup-ci -- --help lists what there is',
  });
  expect(run('--env', 'dev', '--repository', 'ada/*')).toEqual({
    status: 2,
    stderr: "repository must be the GitHub repository as owner/name, got 'ada/*'",
  });
  expect(run('--env', 'dve', '--repository', 'ada/pins').status).toBe(2);
  expect(run('--help').status).toBe(0);
});
