import type { Repository } from '../config/repository';

/** What the stack of the workflows' roles says about itself. */
export interface CiRoles {
  readonly DeployRole: string;
  readonly PlanRole: string;
  readonly DiffRole: string;
}

/**
 * The commands that tell GitHub about the roles. Both environments take jobs of `main` alone: whoever could run another branch
 * in one would be trusted as if it were reviewed.
 */
export function githubCommands(env: string, { owner, name }: Repository, roles: CiRoles): string[] {
  const repository = `${owner}/${name}`;
  const onlyNamedBranches =
    "-F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'";
  const environment = (of: string, variable: string, role: string) => [
    `gh api --method PUT repos/${repository}/environments/${of} ${onlyNamedBranches}`,
    `gh api --method POST repos/${repository}/environments/${of}/deployment-branch-policies -f name=main`,
    `gh variable set ${variable} --repo ${repository} --env ${of} --body ${role}`,
  ];
  return [
    ...environment(`${env}-plan`, 'AWS_PLAN_ROLE', roles.PlanRole),
    ...environment(env, 'AWS_DEPLOY_ROLE', roles.DeployRole),
    `gh variable set ${diffRoleVariable(env)} --repo ${repository} --body ${roles.DiffRole}`,
  ];
}

/** Name of the repository's variable that holds the role of an environment's diff. */
export function diffRoleVariable(env: string): string {
  return `AWS_DIFF_ROLE_${env.toUpperCase().replaceAll('-', '_')}`;
}
