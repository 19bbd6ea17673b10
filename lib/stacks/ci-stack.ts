import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DeployRole } from '../constructs/deploy-role';
import { DiffRole } from '../constructs/diff-role';
import { GithubIdentity, type GithubIdentityProps } from '../constructs/github-identity';
import { PlanRole } from '../constructs/plan-role';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface CiStackProps extends PipelineStackProps, GithubIdentityProps {}

/** Roles by which GitHub's workflows prepare and deploy one environment, and show what a pull request would change in it. */
export class CiStack extends PipelineStack {
  constructor(scope: Construct, id: string, props: CiStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: roles of the GitHub workflows' });
    const { name, userId, lakeBucketName, databricks, orchestration, spark, bootstrapQualifier, streams } =
      props.config;
    const github = new GithubIdentity(this, 'Github', props);

    const deploy = new DeployRole(this, 'Deploy', {
      trusts: github.jobsOfEnvironment(name),
      qualifier: bootstrapQualifier,
      stage: name,
      userId,
      lakeBucketName,
      sharedStream: streams.name,
      databricksSecretName: databricks?.secretName,
      holdsRuns: spark !== undefined,
    });
    const plan = new PlanRole(this, 'Plan', {
      trusts: github.jobsOfEnvironment(`${name}-plan`),
      environment: name,
      userId,
      qualifier: bootstrapQualifier,
      airflowSecretName: orchestration && (databricks?.airflowSecretName ?? databricks?.secretName),
    });
    const diff = new DiffRole(this, 'Diff', { trusts: github.jobsOfPullRequests(), environment: name, userId });

    new CfnOutput(this, 'DeployRole', { value: deploy.role.roleArn, description: 'Role of the jobs that deploy' });
    new CfnOutput(this, 'PlanRole', {
      value: plan.role.roleArn,
      description: 'Role of the jobs that prepare a deployment',
    });
    new CfnOutput(this, 'DiffRole', { value: diff.role.roleArn, description: 'Role of the jobs that show a diff' });
  }
}
