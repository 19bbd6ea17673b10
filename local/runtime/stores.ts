import { LAYERS } from '@pipeline/datasets/schema';
import type { BatchLayer } from '../batch';
import { type Kinesis, openKinesis } from '../kinesis';
import { type Log, openLog } from '../log';
import type { ClosedFile, S3Sink } from '../s3-sink';
import type { SpeedLayer } from '../speed';
import { type Ingest, Tables } from '../tables';
import type { TopicStore } from '../topics';
import type { DataFolder } from './data-folder';
import type { LocalEnvironment } from './environment';
import { FileList } from './file-list';
import { batchLayer, type Notices, speedLayer } from './layers';
import { rebuild } from './rebuild';
import { openSink } from './sink';
import { createStreams, createTopics } from './topics-and-streams';

export interface StoresOptions {
  readonly environment: LocalEnvironment;
  readonly folder: DataFolder;
  readonly limits: 'off' | 'aws';
  readonly fsync: boolean;
  /** Opens the topics where they are not in the log; that keeps the positions then. @default the log keeps both */
  readonly openTopics?: (positions: Log) => Promise<TopicStore>;
  /** Takes one line about something that went wrong. */
  readonly tell: (line: string) => void;
}

/** What a data folder keeps, and what fills it: logs, sink, tables, layers. Who has opened them starts them. */
export interface Stores {
  readonly kafkaLog: TopicStore;
  readonly kinesisLog: Log;
  readonly kinesis: Kinesis;
  readonly sink: S3Sink;
  readonly tables: Tables;
  readonly batch: BatchLayer;
  readonly speed: SpeedLayer;
  /** Closes the sink's open files, takes them in and lets the speed layer read to the end. */
  readonly flush: () => Promise<void>;
  /** Reads the SQL again and cleans anew what other rules have cleaned. @see rebuild */
  readonly rebuild: () => Promise<number>;
}

/** Who looks on while records go through. */
export interface Onlooker {
  closed(file: ClosedFile): void;
  ingested(ingest: Ingest): void;
}

const HOUR_MS = 3_600_000;

/**
 * Opens what a data folder keeps.
 *
 * @param closers takes what closes each part, in the order in which they were opened
 * @param onlooker asked for whenever something happens
 */
export async function openStores(
  options: StoresOptions,
  notices: Notices,
  closers: (() => Promise<unknown> | unknown)[],
  onlooker: () => Onlooker | undefined = () => undefined,
): Promise<Stores> {
  const { environment, folder, fsync, tell } = options;
  const onFull = (error: Error) => void notices.disk.met(error);
  const topicLog = await openLog(folder.kafkaLog, { fsync, onFull });
  let kafkaLog: TopicStore = topicLog;
  closers.push(() => kafkaLog.close());
  if (options.openTopics) kafkaLog = await options.openTopics(topicLog);
  const kinesisLog = await openLog(folder.kinesisLog, { fsync, onFull });
  closers.push(() => kinesisLog.close());
  await createTopics(kafkaLog, environment);

  const kinesis = openKinesis({
    log: kinesisLog,
    limits: options.limits,
    onError: (error) => tell(`Kinesis: ${error instanceof Error ? error.message : String(error)}`),
  });
  await createStreams(kinesis, environment);
  const trimming = setInterval(() => void kinesis.trim().catch((error: Error) => tell(error.message)), HOUR_MS / 4);
  trimming.unref();
  closers.push(() => clearInterval(trimming));

  const fileList = new FileList(folder.fileList);
  let batch: BatchLayer | undefined;
  const sink = await openSink(options, kafkaLog, notices, (file) => {
    fileList.add(file);
    onlooker()?.closed(file);
    batch?.announce(file.topic, file.file);
  });
  // What the sink itself has just looked after, its last files, is told by it.
  fileList.check(folder.bucket);

  const tables = await Tables.open(folder.tables);
  closers.push(() => tables.close());
  batch = batchLayer(tables, options, notices);
  const speed = speedLayer(tables, kinesis, kinesisLog, options, notices);
  for (const layer of LAYERS) tables.layer(layer).onIngest((ingest) => onlooker()?.ingested(ingest));
  // Each ends what it has begun, which on a busy machine takes a second or two.
  closers.push(() => Promise.all([sink.stop(), speed.stop(), batch?.stop()]));

  const flush = async () => {
    // Both layers at once. Where one fails the other still ends its part: nobody may find it at work afterwards.
    const layers = [sink.closeFiles().then(() => batch.run()), speed.settle()];
    await Promise.allSettled(layers);
    await Promise.all(layers);
  };
  /** One at a time: a second one finds nothing left to clean anew. */
  let rebuilding: Promise<unknown> = Promise.resolve();
  const rebuildNow = () => {
    const outlived = rebuilding.then(async () => {
      await flush();
      return rebuild({ tables, batch, speed });
    });
    rebuilding = outlived.catch(() => {});
    return outlived;
  };
  return { kafkaLog, kinesisLog, kinesis, sink, tables, batch, speed, flush, rebuild: rebuildNow };
}
