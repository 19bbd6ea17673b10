import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../../../lib/pipeline';
import { CiStack } from '../../../lib/stacks/ci-stack';
import { EVERYTHING, givenApp, givenConfig, SPARK } from '../testing/environment';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}
const read = (file: string) =>
  (JSON.parse(readFileSync(join(__dirname, '../../../docs', file), 'utf8')) as { Statement: Statement[] }).Statement;
const policy = { Statement: read('execution-policy.json') };
const boundary = read('permissions-boundary.json');
/** Services of IAM that CloudFormation's types call otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  apigatewayv2: 'apigateway',
  elasticloadbalancingv2: 'elasticloadbalancing',
  emrserverless: 'emr-serverless',
  msk: 'kafka',
  mwaa: 'airflow',
};

const { databricks: _, ...others } = EVERYTHING;

/** Every stack of two environments that have between them all that there is, and the roles of the workflows. */
const resources = [EVERYTHING, { ...others, spark: SPARK }].flatMap((settings) => {
  const app = givenApp();
  const monitoring = { canary: true, monthlyBudgetUsd: 9 };
  const config = givenConfig({ ...settings, monitoring, permissionsBoundary: 'pinterest-boundary' });
  addStacks(app, config);
  new CiStack(app, 'Ci', { config, repository: { owner: 'ada', name: 'pins' } });
  return app.node.children.flatMap((stack) =>
    Object.values<{ Type: string; Properties: Record<string, never> }>(
      Template.fromStack(stack as Stack).toJSON().Resources,
    ),
  );
});

test('the policy lets CloudFormation make every type of every stack', () => {
  const services = resources.flatMap(({ Type }) => /^AWS::(\w+)::/.exec(Type)?.[1]?.toLowerCase() ?? []);
  const needed = [...new Set(services.map((service) => NAMES[service] ?? service))].filter((name) => name !== 'cdk');
  expect(needed.length).toBeGreaterThan(15);
  const allowed = policy.Statement.flatMap(({ Action }) => Action).map((action) => action.split(':')[0]);
  expect(needed.filter((service) => !allowed.includes(service))).toEqual([]);
});

/** What CloudFormation's handlers of IAM's types ask for, as their schemas list it. */
const HANDLERS: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': [
    ...['AttachRolePolicy', 'CreateRole', 'DeleteRole', 'DeleteRolePolicy', 'DetachRolePolicy', 'GetRole'],
    ...['GetRolePolicy', 'ListAttachedRolePolicies', 'ListRolePolicies', 'PutRolePermissionsBoundary', 'PutRolePolicy'],
    ...['TagRole', 'UntagRole', 'UpdateAssumeRolePolicy', 'UpdateRole', 'UpdateRoleDescription'],
  ],
  'AWS::IAM::Policy': ['DeleteRolePolicy', 'GetRolePolicy', 'PutRolePolicy'],
  'AWS::IAM::InstanceProfile': [
    ...['AddRoleToInstanceProfile', 'CreateInstanceProfile', 'DeleteInstanceProfile', 'GetInstanceProfile', 'PassRole'],
    'RemoveRoleFromInstanceProfile',
  ],
  'AWS::IAM::OIDCProvider': [
    ...['AddClientIDToOpenIDConnectProvider', 'CreateOpenIDConnectProvider', 'DeleteOpenIDConnectProvider'],
    ...['GetOpenIDConnectProvider', 'RemoveClientIDFromOpenIDConnectProvider', 'TagOpenIDConnectProvider'],
    ...['UntagOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint'],
  ],
};

test('it lets CloudFormation make, change and delete the types of IAM that the stacks have', () => {
  const types = [...new Set(resources.map(({ Type }) => Type))].filter((type) => type.startsWith('AWS::IAM::'));
  expect(types.sort()).toEqual(Object.keys(HANDLERS).sort());
  const allowed = policy.Statement.flatMap(({ Action }) => Action);
  const needed = types.flatMap((type) => HANDLERS[type]!).map((action) => `iam:${action}`);
  expect(needed.filter((action) => !allowed.includes(action))).toEqual([]);
});

test('it allows no action of all, no user, and no role but the pipeline’s', () => {
  for (const { Action, Resource } of policy.Statement) {
    const iam = [Action].flat().filter((action) => action.startsWith('iam:'));
    expect([Action].flat()).not.toContain('*');
    expect(iam.filter((action) => action.includes('*'))).toEqual([]);
    if (iam.length > 0)
      for (const arn of [Resource].flat())
        expect(arn).toMatch(/:(role|instance-profile)\/pinterest-\*$|aws-service-role|oidc/);
  }
});

test('a role gets rights within the boundary alone, and nobody takes the boundary off or rewrites it', () => {
  const giving = ['AttachRolePolicy', 'CreateRole', 'PutRolePermissionsBoundary', 'PutRolePolicy'].map(
    (name) => `iam:${name}`,
  );
  for (const { Action, Condition } of policy.Statement) {
    const gives = [Action].flat().filter((action) => giving.includes(action));
    if (gives.length === 0) continue;
    expect(Condition).toEqual({
      StringLike: { 'iam:PermissionsBoundary': 'arn:aws:iam::*:policy/pinterest-boundary' },
    });
  }
  const all = policy.Statement.flatMap(({ Action }) => Action);
  expect(all).toEqual(expect.arrayContaining(giving));
  expect(
    all.filter((action) =>
      /^iam:(DeleteRolePermissionsBoundary|\w*Polic\w*Version|CreatePolicy|DeletePolicy|\w*User\w*)$/.test(action),
    ),
  ).toEqual([]);
  const roles = resources.filter(({ Type }) => Type === 'AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(30);
  for (const { Properties } of roles)
    expect(Properties.PermissionsBoundary).toBe('arn:aws:iam::111122223333:policy/pinterest-boundary');
});

/** Whether a pattern of a policy, with `*` for anything, covers all that another one does. */
const covers = (pattern: string, what: string) =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(what);

test('the boundary takes nothing from any role of the stacks that it needs, and lets none change rights', () => {
  const used = resources.flatMap(({ Type, Properties }) => {
    const inline = ((Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[]).map(
      ({ PolicyDocument }) => PolicyDocument,
    );
    const documents =
      Type === 'AWS::IAM::Policy' ? [Properties.PolicyDocument as unknown as { Statement: Statement[] }] : inline;
    return documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  });
  const allowed = boundary.flatMap(({ Action }) => Action);
  expect(new Set(used).size).toBeGreaterThan(60);
  expect([...new Set(used)].filter((action) => !allowed.some((pattern) => covers(pattern, action)))).toEqual([]);
  expect(allowed.filter((action) => action.startsWith('iam:')).sort()).toEqual([
    'iam:Get*',
    'iam:List*',
    'iam:PassRole',
  ]);
  const taken = boundary
    .filter(({ Action }) => /PassRole|AssumeRole/.test(String(Action)))
    .flatMap(({ Resource }) => Resource);
  expect(taken.filter((arn) => !/:role\/(pinterest|cdk)-\*$/.test(arn))).toEqual([]);
});
