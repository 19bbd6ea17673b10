import { checkEnvironment, loadEnvironment } from '../../../config/load';
import type { EnvironmentConfig } from '../../../config/schema';

/** Where an environment of the repository could be as well: another region, or a network and a cluster of somebody else's. */
export type Place = 'eu-west-1' | 'joined';

const VPC = 'vpc-0123456789abcdef0';
const CLUSTER = {
  arn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/shared/11111111-2222-3333-4444-555555555555-3',
  securityGroup: 'sg-0123456789abcdef0',
};

/** An environment in another place, checked as its file would be. */
export function environmentAt(env: string, place: Place): EnvironmentConfig {
  const { name, ...settings } = loadEnvironment(env);
  const availabilityZones = settings.network.availabilityZones.map((zone) => `eu-west-1${zone.at(-1)}`);
  const there = { ...settings, region: 'eu-west-1', network: { ...settings.network, availabilityZones } };
  if (place === 'eu-west-1') return checkEnvironment(name, there);
  const privateSubnets = availabilityZones.map((_, at) => `subnet-0123456789abcdef${at}`);
  return checkEnvironment(name, {
    ...there,
    account: '111122223333',
    network: { availabilityZones, vpc: { id: VPC, privateSubnets } },
    kafka: { ...settings.kafka, cluster: CLUSTER },
  });
}
