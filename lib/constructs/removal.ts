import { RemovalPolicy } from 'aws-cdk-lib';

/** What becomes of something that holds data when its stack goes: kept, unless the environment allows destroying data. */
export function removalOf(destroyData: boolean): RemovalPolicy {
  return destroyData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}
