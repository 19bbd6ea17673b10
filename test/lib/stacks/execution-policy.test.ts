import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../../../lib/pipeline';
import { EVERYTHING, givenApp, givenConfig, SPARK } from '../testing/environment';

const policy = JSON.parse(readFileSync(join(__dirname, '../../../docs/execution-policy.json'), 'utf8')) as {
  Statement: { Action: string | string[]; Resource: string | string[] }[];
};
/** Services of IAM that CloudFormation's types call otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  apigatewayv2: 'apigateway',
  elasticloadbalancingv2: 'elasticloadbalancing',
  emrserverless: 'emr-serverless',
  msk: 'kafka',
  mwaa: 'airflow',
};

test('the policy lets CloudFormation make every type of every stack', () => {
  const { databricks: _, ...others } = EVERYTHING;
  const types = [EVERYTHING, { ...others, orchestration: undefined, spark: SPARK }].flatMap((settings) => {
    const app = givenApp();
    addStacks(app, givenConfig({ ...settings, monitoring: { canary: true, monthlyBudgetUsd: 9 } }));
    return app.node.children.flatMap((stack) =>
      Object.values<{ Type: string }>(Template.fromStack(stack as Stack).toJSON().Resources).map(({ Type }) => Type),
    );
  });
  const services = types.flatMap((type) => /^AWS::(\w+)::/.exec(type)?.[1]?.toLowerCase() ?? []);
  const needed = [...new Set(services.map((service) => NAMES[service] ?? service))].filter((name) => name !== 'cdk');
  expect(needed.length).toBeGreaterThan(15);
  const allowed = policy.Statement.flatMap(({ Action }) => Action).map((action) => action.split(':')[0]);
  expect(needed.filter((service) => !allowed.includes(service))).toEqual([]);
});

test('it allows no action of all, no user, and no role but the pipeline’s', () => {
  for (const { Action, Resource } of policy.Statement) {
    const iam = [Action].flat().filter((action) => action.startsWith('iam:'));
    expect([Action].flat()).not.toContain('*');
    if (iam.length > 0) for (const arn of [Resource].flat()) expect(arn).toMatch(/pinterest-\*$|aws-service-role|oidc/);
  }
});
