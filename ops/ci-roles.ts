import type { Repository } from '../config/repository';

/** What the stack of the workflows' roles says about itself. */
export interface CiRoles {
  readonly DeployRole: string;
  readonly DiffRole: string;
}

/**
 * The commands that tell GitHub about the roles. The environment takes jobs of `main` alone: whoever could run another branch
 * in it would be trusted as if it were reviewed.
 */
export function githubCommands(env: string, { owner, name }: Repository, roles: CiRoles): string[] {
  const repository = `${owner}/${name}`;
  const environment = `repos/${repository}/environments/${env}`;
  const onlyNamedBranches =
    "-F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'";
  return [
    `gh api --method PUT ${environment} ${onlyNamedBranches}`,
    `gh api --method POST ${environment}/deployment-branch-policies -f name=main`,
    `gh variable set AWS_DEPLOY_ROLE --repo ${repository} --env ${env} --body ${roles.DeployRole}`,
    `gh variable set ${diffRoleVariable(env)} --repo ${repository} --body ${roles.DiffRole}`,
  ];
}

/** Name of the repository's variable that holds the role of an environment's diff. */
export function diffRoleVariable(env: string): string {
  return `AWS_DIFF_ROLE_${env.toUpperCase().replaceAll('-', '_')}`;
}
