import { DATASETS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import { answeredQuestions } from '@pipeline/datasets/synthetic';
import { BatchLayer } from '../batch';
import { type Gateway, loadGateway } from '../gateway';
import { kafkaRest, withCors } from '../kafka-rest';
import { type Kinesis, listenKinesis, openKinesis } from '../kinesis';
import { type Log, openLog } from '../log';
import { stageCounts } from '../report/stage-counts';
import { S3Sink } from '../s3-sink';
import { type Question, serving, type ViewLayer } from '../serving';
import type { ConsoleFiles } from '../serving/pages';
import { type Shard, SpeedLayer } from '../speed';
import { Tables } from '../tables';
import { Gate } from '../wire/gate';
import { type Listening, listen } from '../wire/listener';
import type { Template } from './assembly';
import { consoleFiles } from './console-bundle';
import type { DataFolder } from './data-folder';
import type { LocalEnvironment } from './environment';
import { loadBalancer } from './load-balancer';
import { viewObjects } from './view-objects';

export interface RuntimeOptions {
  readonly environment: LocalEnvironment;
  readonly templates: Readonly<Record<string, Template>>;
  readonly folder: DataFolder;
  /** Port of the API and the views; the Kinesis endpoint and the REST proxy follow it. 0 picks free ones. */
  readonly port: number;
  readonly auth: 'none' | { readonly keys: Readonly<Record<string, string>> };
  readonly limits: 'off' | 'aws';
  /** Whether API Gateway leaves the stage in the path of what it sends to the REST proxy's load balancer. @default 'sent' */
  readonly stagePath?: 'sent' | 'stripped';
  readonly fsync: boolean;
  /** Takes one line about something that went wrong while serving. */
  readonly report: (line: string) => void;
}

export interface Runtime {
  /** URL of the API's stage, with its slash. */
  readonly apiUrl: string;
  readonly viewsUrl: string;
  readonly kinesisEndpoint: string;
  readonly proxyUrl: string;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** The whole pipeline in one process: this is the one place where its parts are joined. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { environment, folder, fsync, report } = options;
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const kafkaLog = await openLog(folder.kafkaLog, { fsync });
    closers.push(() => kafkaLog.close());
    const kinesisLog = await openLog(folder.kinesisLog, { fsync });
    closers.push(() => kinesisLog.close());
    await createTopics(kafkaLog, environment);

    const kinesis = openKinesis({
      log: kinesisLog,
      limits: options.limits,
      onError: (error) => report(`Kinesis: ${error instanceof Error ? error.message : String(error)}`),
    });
    await createStreams(kinesis, environment);
    const trimming = setInterval(() => void kinesis.trim().catch((error: Error) => report(error.message)), HOUR_MS / 4);
    trimming.unref();
    closers.push(() => clearInterval(trimming));

    const sink = await S3Sink.open({ log: kafkaLog, folder: folder.bucket, config: environment.connector, fsync });
    sink.start();
    closers.push(() => sink.stop());

    let tables = await Tables.open(folder.tables);
    closers.push(() => tables.close());
    let batch = batchLayer(tables, options);
    let speed = speedLayer(tables, kinesis, kinesisLog, options);
    await speed.start();
    closers.push(() => speed.stop());

    // A rebuild closes the tables, and nobody may be using them then.
    const tablesGate = new Gate();
    const flush = async () => {
      await sink.closeFiles();
      await batch.run();
      await speed.settle();
    };
    const rebuild = async () => {
      await speed.stop();
      await tables.close();
      tables = await Tables.open(folder.tables);
      await tables.layer('batch').reset();
      await tables.layer('speed').reset();
      batch = batchLayer(tables, options);
      speed = speedLayer(tables, kinesis, kinesisLog, options);
      await speed.start();
      await flush();
    };

    const view = (layer: ViewLayer, name: string) =>
      tablesGate.beside(async () => {
        if (layer !== 'speed') await batch.run();
        return tables.view(layer, name);
      });

    const proxy = kafkaRest({ log: kafkaLog });
    const balanced = loadBalancer(options.templates);
    const gateway = loadGateway({
      templates: options.templates,
      bindings: {
        http: withCors((request) => proxy.handle(balanced(request)), environment.corsOrigins),
        aws: ({ action, body }) => kinesis.handleAction(action, body),
        s3: viewObjects({
          questions,
          view,
          counts: () => tablesGate.beside(() => layerCounts(tables)),
        }),
      },
      auth: options.auth,
      limits: options.limits,
      stagePath: options.stagePath,
      log: report,
    });

    const answers = serving({
      questions,
      view,
      counts: () =>
        stageCounts({
          storedIn: (layer, dataset) =>
            layer === 'batch'
              ? recordsEver(kafkaLog, environment.names.topics[dataset])
              : recordsEver(kinesisLog, environment.names.streams[dataset]),
          refusedBySink: (dataset) => sink.counts()[environment.names.topics[dataset]]?.refused ?? 0,
          cleanedIn: (layer) => tablesGate.beside(() => tables.layer(layer).counts()),
        }),
      quarantine: (layer, dataset, limit) => tablesGate.beside(() => tables.layer(layer).quarantine(dataset, limit)),
      flush: () => tablesGate.beside(flush),
      rebuild: () => tablesGate.alone(rebuild),
      console: bundledConsole(),
      health: () => ({
        env: environment.env,
        userId: environment.userId,
        stage: gateway.stage,
        dataFolder: folder.id,
        uptimeSeconds: Math.floor(process.uptime()),
      }),
    });

    const api = await listenApi(options.port, gateway, answers, environment);
    closers.push(() => api.close());
    const following = (by: number) => (options.port === 0 ? 0 : options.port + by);
    const kinesisPort = await listenKinesis(kinesis, { port: following(1) });
    closers.push(() => kinesisPort.close());
    const proxyPort = await listen({
      port: following(2),
      purpose: 'the Kafka REST proxy',
      handle: (request) => proxy.handle(request),
    });
    closers.push(() => proxyPort.close());

    const root = `http://127.0.0.1:${api.port}/`;
    return {
      apiUrl: `${root}${gateway.stage}/`,
      viewsUrl: root,
      kinesisEndpoint: `http://127.0.0.1:${kinesisPort.port}`,
      proxyUrl: `http://127.0.0.1:${proxyPort.port}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Records of each layer by their fate, as the index of the answers tells them. */
async function layerCounts(tables: Tables): Promise<object> {
  const of = async (layer: Layer) => {
    const counted = await tables.layer(layer).counts();
    return Object.fromEntries(
      DATASETS.map((dataset) => {
        const { clean, quarantined, duplicates, quarantinedByReason } = counted[dataset];
        return [
          dataset,
          { read: clean + quarantined + duplicates, clean, quarantined, duplicates, quarantinedByReason },
        ];
      }),
    );
  };
  return { batch: await of('batch'), speed: await of('speed') };
}

function listenApi(
  port: number,
  gateway: Gateway,
  answers: ReturnType<typeof serving>,
  { corsOrigins }: LocalEnvironment,
): Promise<Listening> {
  const stage = `/${gateway.stage}`;
  const isOfStage = (path: string) => path === stage || path.startsWith(`${stage}/`);
  return listen({
    port,
    purpose: 'the API',
    // The setting is the API's: it opens nothing of the runtime's own.
    allowedOrigins: (path) => (isOfStage(path) ? corsOrigins : []),
    handle: (request) => (isOfStage(request.path) ? gateway.handle(request) : answers(request)),
  });
}

async function createTopics(log: Log, { partitions }: LocalEnvironment): Promise<void> {
  for (const [name, count] of Object.entries(partitions)) {
    if (!log.topic(name))
      await log.createTopic(name, { partitions: count, attributes: { 'message.timestamp.type': 'LogAppendTime' } });
  }
}

async function createStreams(kinesis: Kinesis, { names, shards }: LocalEnvironment): Promise<void> {
  for (const dataset of DATASETS) {
    const name = names.streams[dataset];
    if (!kinesis.streamExists(name))
      await kinesis.call('CreateStream', { StreamName: name, ShardCount: shards[dataset] });
  }
}

/** Records that a topic or stream ever took, whether or not retention has removed some since. */
function recordsEver(log: Log, name: string): number {
  const partitions = log.topic(name)?.partitions ?? 0;
  let records = 0;
  for (let partition = 0; partition < partitions; partition++) records += log.endOffset(name, partition);
  return records;
}

function batchLayer(tables: Tables, { folder, environment }: RuntimeOptions): BatchLayer {
  return new BatchLayer({
    tables: tables.layer('batch'),
    bucket: folder.bucket,
    topicsDir: environment.connector['topics.dir'] ?? 'topics',
    topics: environment.names.topics,
  });
}

function speedLayer(tables: Tables, kinesis: Kinesis, log: Log, { environment, report }: RuntimeOptions): SpeedLayer {
  const shardsOf = (dataset: Dataset): Shard[] => {
    const stream = environment.names.streams[dataset];
    const topic = log.topic(stream);
    if (!topic) return [];
    const idOf = (index: number) => `${stream}@${topic.createdMs}/${index}`;
    return kinesis.shardsOf(stream).map(({ index, parents }) => ({
      id: idOf(index),
      parents: parents.map(idOf),
      read: (fromOffset: number, max: number) => kinesis.readRecords(stream, index, fromOffset, max),
      end: () => log.endOffset(stream, index),
    }));
  };
  return new SpeedLayer({
    tables: tables.layer('speed'),
    shardsOf,
    onAppend: (listener) => log.onAppend(listener),
    onError: (error) => report(`speed layer: ${error.message}`),
  });
}

/** Bundled while the rest starts. A source that cannot be bundled is the answer of the pages, and tried again for each. */
function bundledConsole(): () => Promise<ConsoleFiles> {
  let bundled = consoleFiles();
  bundled.catch(() => {});
  return () => {
    const files = bundled;
    files.catch(() => {
      bundled = consoleFiles();
      bundled.catch(() => {});
    });
    return files;
  };
}

/** The questions as they are now, as the views are listed. */
function questions(): Question[] {
  const answered = answeredQuestions();
  return views().map(({ name, grain, asks, picture, companionOf }) => ({
    name,
    grain,
    question: asks,
    picture,
    companionOf: companionOf ?? null,
    rightAnswerKnown: answered.includes(name),
  }));
}
