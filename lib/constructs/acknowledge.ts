import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Accepts one finding of the security rules for one resource, with a reason that someone could dispute. */
export function acknowledge(resource: IConstruct, rule: string, reason: string): void {
  Validations.of(resource).acknowledge({ id: rule, reason });
}

/** Accepts one of AWS's managed policies on one role. `policy` is the part of its ARN after `policy/`. */
export function acknowledgeManagedPolicy(role: IConstruct, policy: string, reason: string): void {
  acknowledge(role, `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`, reason);
}

/**
 * Accepts the wildcards at the end of actions and resources in `owner`'s policies, such as `/topics/*`.
 *
 * The rules identify a finding by its whole ARN, which is known only once references between stacks are
 * resolved; so this waits until then. If no policy has the ending any more, the synthesis fails.
 */
export function acknowledgeWildcard(owner: IConstruct, ending: string, reason: string): void {
  owner.node.addValidation({
    validate: () => {
      const policies = owner.node.findAll().filter((child): child is iam.CfnPolicy => child instanceof iam.CfnPolicy);
      const found = policies.flatMap((policy) =>
        wildcardsOf(policy)
          .filter((wildcard) => wildcard.endsWith(ending))
          .map((wildcard) => ({ policy, wildcard })),
      );
      for (const { policy, wildcard } of found) acknowledge(policy, `AwsSolutions-IAM5[${wildcard}]`, reason);
      return found.length > 0 ? [] : [`no policy has a wildcard ending in ${ending}; delete its acknowledgement`];
    },
  });
}

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource: unknown;
}

/** The findings of AwsSolutions-IAM5 in a policy, in cdk-nag's words. */
function wildcardsOf(policy: iam.CfnPolicy): string[] {
  const document: { Statement: Statement[] } = Stack.of(policy).resolve(policy.policyDocument);
  return document.Statement.filter((statement) => statement.Effect === 'Allow')
    .flatMap(({ Action, Resource }) => [
      ...listOf(Action).map((action) => `Action::${textOf(action)}`),
      ...listOf(Resource).map((resource) => `Resource::${textOf(resource)}`),
    ])
    .filter((finding) => finding.includes('*'));
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** An ARN as cdk-nag writes it, with references in angle brackets. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const intrinsic = value as { 'Fn::Join'?: [string, unknown[]]; 'Fn::GetAtt'?: [string, string]; Ref?: string };
  if (intrinsic['Fn::Join']) return intrinsic['Fn::Join'][1].map(textOf).join(intrinsic['Fn::Join'][0]);
  if (intrinsic['Fn::GetAtt']) return `<${intrinsic['Fn::GetAtt'].join('.')}>`;
  if (intrinsic.Ref) return `<${intrinsic.Ref}>`;
  return JSON.stringify(value);
}
