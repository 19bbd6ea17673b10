import { CfnResource, ReferenceStrength } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Keeps what other stacks know of `construct` from going stale: as long as they stand, CloudFormation refuses to replace it. By a
 * weak reference, as everywhere else, it would, and the others would keep the ids of what is gone until their own text changes.
 */
export function referToStrongly(construct: IConstruct): void {
  for (const child of construct.node.findAll())
    if (child instanceof CfnResource) child.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
}
