import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type EMRServerlessClient, GetJobRunCommand, StartJobRunCommand } from '@aws-sdk/client-emr-serverless';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { namesOf } from '@pipeline/datasets/names';
import { DATASETS, perDataset } from '@pipeline/datasets/schema';
import { partitionFolder, sinkFile, TOPICS_FOLDER } from '@pipeline/datasets/sink-file';
import { sharesStream } from '@pipeline/datasets/stream-keys';
import { expectedAnswers, syntheticPosts } from '@pipeline/datasets/synthetic';
import type { EnvironmentConfig } from '../../config/schema';
import { loadGateway, type ObjectRequest } from '../../local/gateway';
import { type DeployedSpark, storedRun } from '../spark/spark-stack';
import type { Assembly } from './assembly';
import type { Finding } from './findings';

const SOURCE = { seed: 100, posts: 300 };
/** Spark gives a worker of Python ten seconds to start, which no setting changes. A run goes on where the last one stopped. */
const TOO_BUSY = /Python worker failed to connect back|CANNOT_OPEN_SOCKET.*timed out/s;
const LAYERS = ['batch', 'speed', 'serving'] as const;

export interface AnswersOptions {
  readonly config: EnvironmentConfig;
  readonly assembly: Assembly;
  readonly spark: DeployedSpark;
  /** Bucket of topics, tables and answers. */
  readonly bucket: string;
  readonly clients: { readonly s3: S3Client; readonly kinesis: KinesisClient; readonly emr: EMRServerlessClient };
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly say: (line: string) => void;
}

/**
 * Puts posts where sink and API would have put them, starts the run that the stack describes, and asks every answer of every layer
 * through the API's template. What differs from the right answers is a finding.
 */
export async function rehearseAnswers(options: AnswersOptions): Promise<{ did: string; findings: Finding[] }> {
  const ask = askApi(options);
  const early = await ask('views/top_category_by_year');
  const findings: Finding[] = [];
  const note = (stack: string, what: string) => findings.push({ step: 'answers', stack, what });
  if (early.status !== 404 || !/^no answers yet: runs start /.test(early.message)) {
    note('Api', `before any run GET /views/… answered ${early.status}: ${early.message}`);
  }
  await fillTopics(options);
  await fillStreams(options);
  let failure = await runToEnd(options);
  for (let more = 2; more > 0 && failure !== undefined && TOO_BUSY.test(failure); more--) {
    options.say('this machine was too busy for a worker of Python to start in ten seconds; the run starts once more');
    failure = await runToEnd(options);
  }
  if (failure) {
    note('Spark', failure);
    return { did: 'failed', findings };
  }
  const expected = expectedAnswers(SOURCE);
  let matching = 0;
  for (const layer of LAYERS) {
    for (const [view, { columns, rows }] of Object.entries(expected.views)) {
      const { status, json } = await ask(`views/${view}?layer=${layer}`);
      const answer = json as { columns: { name: string }[]; rows: unknown[][] } | undefined;
      const got = JSON.stringify([answer?.columns?.map(({ name }) => name), answer?.rows]);
      if (status === 200 && got === JSON.stringify([columns, rows])) matching++;
      else
        note(
          'Api',
          `GET /views/${view}?layer=${layer} answered ${status} and ${got.slice(0, 200)}, which is not right`,
        );
    }
  }
  const index = (await ask('views')).json as { counts?: Record<string, Record<string, { read: number }>> } | undefined;
  for (const layer of ['batch', 'speed']) {
    for (const dataset of DATASETS) {
      const read = index?.counts?.[layer]?.[dataset]?.read;
      if (read !== SOURCE.posts)
        note('Api', `GET /views counts ${read} records of ${layer} ${dataset}, not ${SOURCE.posts}`);
    }
  }
  return { did: `a run on Spark, and ${matching} answers right through the API's template`, findings };
}

/** The API as its template declares it, over the objects in the rehearsed bucket. */
export function askApi({
  config,
  assembly,
  bucket,
  clients,
}: Pick<AnswersOptions, 'config' | 'assembly' | 'bucket'> & { readonly clients: { readonly s3: S3Client } }) {
  const templates = Object.fromEntries(
    assembly.stacks
      .filter(({ id }) => ['Api', 'KafkaClient', 'Lake', 'Network'].includes(id))
      .map(({ id, name }) => [name, JSON.parse(readFileSync(join(assembly.folder, `${id}.template.json`), 'utf8'))]),
  );
  const unused = async () => ({ status: 500, headers: {}, body: 'nothing but answers is rehearsed' });
  const gateway = loadGateway({
    templates,
    bindings: { http: unused, aws: unused, s3: (request) => objectOf(clients.s3, bucket, request) },
    auth: 'none',
    limits: 'off',
  });
  return async (path: string) => {
    const [where = '', query = ''] = path.split('?');
    const response = await gateway.handle({
      method: 'GET',
      path: `/${config.name}/${where}`,
      query,
      headers: { host: '127.0.0.1', accept: '*/*' },
      body: Buffer.alloc(0),
    });
    const text = response.body.toString();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return {
      status: response.status,
      json,
      message: String((json as { message?: unknown } | undefined)?.message ?? text),
    };
  };
}

async function objectOf(s3: S3Client, Bucket: string, { key, headers }: ObjectRequest): Promise<Answer> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key: key, IfNoneMatch: headers['if-none-match'] }));
    return {
      status: 200,
      headers: { 'content-type': object.ContentType ?? 'binary/octet-stream', etag: object.ETag ?? '' },
      body: Buffer.from(await object.Body!.transformToByteArray()),
    };
  } catch (error) {
    // Who may not list is not told that there is no object.
    if ((error as Error).name === 'NoSuchKey') return { status: 403, headers: {}, body: '<Error/>' };
    throw error;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Lines as the sink writes them, a file for each topic. */
async function fillTopics({ config, bucket, clients }: AnswersOptions): Promise<void> {
  const { topics } = namesOf(config.userId);
  const lines = linesOf((value, offset) => ({
    ...value,
    kafka_partition: 0,
    kafka_offset: offset,
    kafka_timestamp: Date.now(),
  }));
  for (const dataset of DATASETS) {
    const topic = topics[dataset];
    const Key = `${TOPICS_FOLDER}/${partitionFolder(topic, 0)}${sinkFile(topic, 0, 0)}.json`;
    const Body = lines[dataset].map(({ value }) => `${JSON.stringify(value)}\n`).join('');
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }
}

async function fillStreams({ config, clients }: AnswersOptions): Promise<void> {
  const { streams, topics } = namesOf(config.userId, config.streams);
  const lines = linesOf((value) => value);
  for (const dataset of DATASETS) {
    const Records = lines[dataset].map(({ key, value }) => ({
      PartitionKey: sharesStream(streams) ? topics[dataset] : key,
      Data: Buffer.from(JSON.stringify(value)),
    }));
    const { FailedRecordCount } = await clients.kinesis.send(
      new PutRecordsCommand({ StreamName: streams[dataset], Records }),
    );
    if (FailedRecordCount) throw new Error(`${FailedRecordCount} records were refused by stream ${streams[dataset]}`);
  }
}

function linesOf(change: (value: object, offset: number) => object) {
  const lines = perDataset((): { key: string; value: object }[] => []);
  for (const { records } of syntheticPosts(SOURCE)) {
    for (const { dataset, key, value } of records) {
      lines[dataset].push({ key: String(key), value: change(value as object, lines[dataset].length) });
    }
  }
  return lines;
}

/** Starts the run as `npm run smoke` does. Gives what went wrong. */
async function runToEnd({
  config,
  spark,
  clients,
  endpoint,
  credentials,
}: AnswersOptions): Promise<string | undefined> {
  const run = await storedRun(spark, 'Run', config.region, { endpoint, credentials });
  if (!run) return 'the stack keeps no run in a parameter';
  const { applicationId, jobRunId } = await clients.emr.send(
    new StartJobRunCommand({ ...run, clientToken: randomUUID() }),
  );
  for (;;) {
    const { jobRun } = await clients.emr.send(new GetJobRunCommand({ applicationId, jobRunId }));
    if (jobRun?.state === 'SUCCESS') return undefined;
    if (jobRun?.state === 'FAILED' || jobRun?.state === 'CANCELLED')
      return `the run ended with ${jobRun.state}: ${jobRun.stateDetails}`;
    await pause(500);
  }
}
