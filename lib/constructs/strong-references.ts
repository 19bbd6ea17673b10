import { CfnResource, ReferenceStrength } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Makes other stacks refer to `construct` by strong references: CloudFormation refuses to replace it while they use it. With a
 * weak reference, as everywhere else, it could be replaced, and the other stacks would keep the old id until their next change.
 */
export function referToStrongly(construct: IConstruct): void {
  for (const child of construct.node.findAll())
    if (child instanceof CfnResource) child.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
}
