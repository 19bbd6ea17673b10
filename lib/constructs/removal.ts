import { RemovalPolicy } from 'aws-cdk-lib';

/** Removal policy of a resource that holds data: kept, unless the environment allows destroying data. */
export function removalOf(destroyData: boolean): RemovalPolicy {
  return destroyData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}
