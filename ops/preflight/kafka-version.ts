import { paginateListKafkaVersions } from '@aws-sdk/client-kafka';
import { KAFKA_VERSIONS } from '../../config/kafka-settings';
import type { EnvironmentConfig } from '../../config/schema';
import { type AwsClients, findingOf } from './aws-clients';
import { type Finding, fails, ok, warns } from './finding';

const CHECK = 'Kafka version';

/** Whether MSK still makes clusters of the environment's Kafka version, which it stops doing without a deployment of ours. */
export async function checkKafkaVersion(
  { name, kafka: { version } }: EnvironmentConfig,
  { kafka }: AwsClients,
): Promise<Finding> {
  const offered = new Map<string, string>();
  try {
    for await (const page of paginateListKafkaVersions({ client: kafka }, {})) {
      for (const { Version = '', Status = '' } of page.KafkaVersions ?? []) offered.set(Version, Status);
    }
  } catch (error) {
    return findingOf(CHECK, 'kafka:ListKafkaVersions', error);
  }
  const usable = KAFKA_VERSIONS.filter((each) => offered.get(each) === 'ACTIVE');
  const fix = `kafka.version in config/${name}.yaml: ${usable.join(', ') || 'none of those this project knows is offered'}`;
  if (offered.get(version) === 'ACTIVE') return ok(CHECK, `${version} is offered`);
  if (!offered.has(version)) return fails(CHECK, `MSK does not offer ${version}`, fix);
  return warns(CHECK, `MSK calls ${version} ${offered.get(version)}: it may refuse a new cluster`, fix);
}
