import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { KafkaClient } from '@aws-sdk/client-kafka';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { EnvironmentConfig } from '../../config/schema';
import { CdkCli } from './cdk-cli';
import { CloudFormation, engineCredentials } from './cloud-formation';
import { type Engine, startEngine } from './engine';
import type { Scratch } from './processes';
import type { Stage } from './rehearsal';

/** Longest that one command of the CDK CLI may take. All of them together take a minute. */
const COMMAND_LIMIT_MS = 300_000;

export interface StageOptions {
  /** Python that has MiniStack. */
  readonly python: string;
  readonly region: string;
  /** Account that everything is deployed to. */
  readonly account: string;
  /** Port of the engine. @default - a free one */
  readonly port?: number;
  /** Most seconds that a custom resource's function may take, and that its answer is waited for after. @default 45 */
  readonly patienceSeconds?: number;
  /** Where EMR Serverless answers in place of AWS. @default - nowhere, and its applications cannot be made */
  readonly emrUrl?: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** A stage with what is behind it. */
export interface OpenStage extends Stage {
  readonly scratch: Scratch;
  /** How clients of the SDK reach the engine. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: ReturnType<typeof engineCredentials>;
  };
  readonly s3: S3Client;
  /** Rejects when the engine ends by itself. */
  readonly died: Promise<never>;
  /** Aborted when the stage closes, or is told to. */
  readonly ending: AbortSignal;
  /** An empty folder, gone when the stage closes. */
  newFolder(name: string): string;
  /** Makes a secret, as somebody does by hand before a deployment. */
  createSecret(name: string, value: object): Promise<void>;
  /** Gives a secret another value, as a rotation does. Gives the new version's id. */
  rotateSecret(name: string, value: object): Promise<string>;
  /** What a secret says now. */
  readSecret(name: string): Promise<string>;
  /** Clients of the engine's own services, for whoever looks at what is deployed. */
  readonly clients: { readonly cloudFormation: CloudFormationClient; readonly kafka: KafkaClient };
  /** Ends the engine and everything it started, and deletes what was written. */
  close(): Promise<void>;
}

/** Starts the engine in a folder of its own. */
export async function openStage(options: StageOptions): Promise<OpenStage> {
  const { python, region, account, port, patienceSeconds = 45, emrUrl, signal, say } = options;
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const scratch: Scratch = { home: join(folder, 'home'), temporary: join(folder, 'tmp') };
  mkdirSync(scratch.home);
  mkdirSync(scratch.temporary);
  let engine: Engine;
  try {
    engine = await startEngine({ python, scratch, region, port, patienceSeconds, emrUrl });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  // Whatever is under way when the stage closes ends with it.
  const closing = new AbortController();
  const ending = AbortSignal.any([signal, closing.signal]);
  const client = { endpoint: engine.url, region, credentials: engineCredentials(account) };
  const cloud = new CloudFormation(engine.url, region, account);
  const clients = {
    cloudFormation: new CloudFormationClient(client),
    kafka: new KafkaClient({ ...client, maxAttempts: 1 }),
  };
  const secrets = new SecretsManagerClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  return {
    scratch,
    client,
    s3,
    died: engine.died,
    ending,
    cdk: new CdkCli({ scratch, endpoint: engine.url, region, account, limitMs: COMMAND_LIMIT_MS, signal: ending }),
    cloud,
    say,
    newFolder: (name) => mkdtempSync(join(folder, `${name}-`)),
    async fillBucket(bucket) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'rehearsal/object', Body: 'something to empty' }));
    },
    async createSecret(name, value) {
      await secrets.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) }));
    },
    clients,
    async rotateSecret(name, value) {
      const { VersionId } = await secrets.send(
        new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(value) }),
      );
      return VersionId!;
    },
    async readSecret(name) {
      return (await secrets.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '';
    },
    async close() {
      closing.abort();
      cloud.close();
      s3.destroy();
      secrets.destroy();
      for (const each of Object.values(clients)) each.destroy();
      await engine.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Name of the bucket of topics, tables and answers. */
export async function lakeBucket({ userId }: Pick<EnvironmentConfig, 'userId'>, { cloud }: OpenStage): Promise<string> {
  const lake = await cloud.resources(`pinterest-${userId}-Lake`);
  const bucket = lake.find(({ type, logicalId }) => type === 'AWS::S3::Bucket' && /^LakeTopics/.test(logicalId));
  return bucket!.physicalId;
}
