import type { Outputs } from '@pipeline/cli/outputs';
import { namesOf } from '@pipeline/datasets/names';
import { type Artefacts, unpinned } from '../config/artefacts';
import { ConfigError } from '../config/load';
import { type MachineImages, processorOf } from '../config/machine-images';
import type { EnvironmentConfig } from '../config/schema';

/** What `cdk deploy --outputs-file` writes: outputs by CloudFormation stack. */
export type CdkOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What the environment says about itself, or undefined when the deployment did not touch the API. */
export function outputsOf(
  { name, region, userId, s3Sink, streams: layout }: EnvironmentConfig,
  outputs: CdkOutputs,
): Outputs | undefined {
  const { topics, streams, stackPrefix } = namesOf(userId, layout);
  const apiUrl = outputs[`${stackPrefix}Api`]?.ApiUrl;
  if (apiUrl === undefined) return undefined;
  const bucket = outputs[`${stackPrefix}Lake`]?.TopicsBucket;
  const lake = bucket && { url: `s3://${bucket}/topics/`, closesAfterSeconds: s3Sink.rotateMinutes * 60 };
  return { env: name, apiUrl, region, auth: 'iam', userId, topics, streams, ...(lake ? { lake } : {}) };
}

/** What stacks say for themselves, as `cdk deploy --outputs-file` would have written it. */
export function outputsByStack(
  stacks: ReadonlyMap<string, { readonly Outputs?: readonly { OutputKey?: string; OutputValue?: string }[] }>,
): CdkOutputs {
  return Object.fromEntries(
    [...stacks].map(([name, { Outputs = [] }]) => [
      name,
      Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
    ]),
  );
}

/**
 * A download that nobody has looked at is not put on machines.
 *
 * @throws ConfigError with the names
 */
export function refuseUnpinned(artefacts: Artefacts): void {
  const names = unpinned(artefacts);
  if (names.length > 0) {
    throw new ConfigError(
      `artefacts.lock.json: ${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no sha256; run npm run pin-artefacts, then look at what it wrote`,
    );
  }
}

/**
 * Machines that boot the latest image are replaced by a deployment that changes nothing.
 *
 * @throws ConfigError with what to do
 */
export function refuseUnpinnedImage(
  images: MachineImages,
  { name, region, kafkaClient }: Pick<EnvironmentConfig, 'name' | 'region' | 'kafkaClient'>,
): void {
  const processor = processorOf(kafkaClient.instanceType);
  if (images[region]?.[processor] === undefined) {
    throw new ConfigError(
      `machine-images.lock.json: no image for ${processor} in ${region}; run npm run pin-artefacts -- --env ${name}, then commit what it wrote`,
    );
  }
}

/**
 * Destroying everything where data is protected would stop halfway.
 *
 * @throws ConfigError that says what to do
 */
export function refuseProtected({ name, destroyData }: EnvironmentConfig): void {
  if (!destroyData) {
    throw new ConfigError(
      `config/${name}.yaml: destroyData is false, so Lake, Kafka, Streams and SourceDatabase stay; name the stacks that may go ` +
        `(npm run destroy -- --env ${name} S3Sink Api …), or set destroyData: true, deploy, and destroy again`,
    );
  }
}

/** What an environment costs, or that it is not known and why: no reason not to deploy. */
export async function costOrWhyNot(describe: () => Promise<string>): Promise<string> {
  try {
    return await describe();
  } catch (error) {
    return `what it costs is not known: ${error instanceof Error ? error.message : String(error)}`;
  }
}
