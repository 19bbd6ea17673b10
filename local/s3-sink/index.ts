import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { identityOf, type TopicStore } from '../topics';
import { filesBelow } from './files';
import { lineWriter } from './lines';
import { startOffsetIn } from './object-key';
import { placer } from './partition-path';
import { type ClosedFile, type OpenRecords, PartitionWriter, type SinkContext, UPLOADS } from './partition-writer';
import { mayPass } from './passing';
import { type RefusedRecord, SinkFailedError } from './refusal';
import { SinkSettingError } from './setting-reader';
import { parseSettings, type SinkSettings } from './settings';
import { findStrayLetters } from './stray-letters';

export type { ClosedFile, OpenRecords } from './partition-writer';
export { type RefusedRecord, SinkFailedError, type Stage } from './refusal';
export { SinkSettingError } from './setting-reader';

export interface S3SinkOptions {
  readonly log: TopicStore;
  /** Folder in place of the bucket, created if it is missing. */
  readonly folder: string;
  /** The connector's configuration, as deployed. */
  readonly config: Readonly<Record<string, string>>;
  /** Name of the connector. @default config.name, else `s3-sink` */
  readonly connector?: string;
  /** Consumer group under which Kafka's tools see the sink's progress. @default none */
  readonly group?: string;
  /** Whether a file is closed only after it is on the disk. @default false */
  readonly fsync?: boolean;
  /** Clock in ms. @default Date.now */
  readonly now?: () => number;
  /** Called for each refused record, after the refusal is committed. */
  readonly onDeadLetter?: (refused: RefusedRecord) => void;
  /** Called for each file when it is complete and has its final name. */
  readonly onClosed?: (file: ClosedFile) => void;
  /** Called once when the sink stops because of an error. @default one line to stderr */
  readonly onFailure?: (error: Error) => void;
  /** Called with an error of the disk before each retry, and with undefined when the sink goes on. */
  readonly onWaiting?: (error: Error | undefined) => void;
  /** Wait before a retry, in ms. @default 1000 */
  readonly retryMs?: number;
}

/** Records of a topic that are in files, and records that were refused: dead-lettered, or skipped by the settings. */
export interface SinkCounts {
  readonly written: number;
  readonly refused: number;
  /** Number of offsets without a record. @default 0 */
  readonly skipped?: number;
}

/** New records wait this long for others, so that one write takes many. */
const GATHER_MS = 20;
const LONGEST_WAIT_MS = 60_000;

/** Confluent's S3 sink: writes a log's topics into files of the same layout. Each record is in exactly one file, or is refused once. */
export class S3Sink {
  private readonly context: SinkContext;
  private readonly writers: PartitionWriter[];
  private readonly onFailure: (error: Error) => void;
  private readonly onWaiting: (error: Error | undefined) => void;
  private readonly retryMs: number;
  private cause: Error | undefined;
  /** The work that an error of the disk has interrupted. It is repeated until it returns false. */
  private again: (() => Promise<boolean>) | undefined;
  private running: { readonly stop: () => void; readonly ended: Promise<void> } | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private wake: () => void = () => {};

  private constructor(
    context: SinkContext,
    writers: PartitionWriter[],
    { onFailure, onWaiting, retryMs }: Required<Pick<S3SinkOptions, 'onFailure' | 'onWaiting' | 'retryMs'>>,
  ) {
    this.context = context;
    this.writers = writers;
    this.onFailure = onFailure;
    this.onWaiting = onWaiting;
    this.retryMs = retryMs;
  }

  /**
   * Completes the file moves that a crash interrupted. Then the sink can start.
   *
   * @throws SinkSettingError for settings that are missing, unknown or not supported, or name a topic that does not exist; Error when the
   * folder holds files of another log
   */
  static async open({
    log,
    folder,
    config,
    connector = config.name ?? 's3-sink',
    group,
    fsync = false,
    now = Date.now,
    onDeadLetter = () => {},
    onClosed = () => {},
    onFailure = (error) => process.stderr.write(`S3 sink stopped: ${error.message}\n`),
    onWaiting = () => {},
    retryMs = 1_000,
  }: S3SinkOptions): Promise<S3Sink> {
    const settings = parseSettings(config);
    for (const topic of settings.topics) {
      if (log.topic(topic) === undefined)
        throw new SinkSettingError('topics', `names ${topic}, which is not in the log`);
    }
    const { deadLetterTopic } = settings;
    if (deadLetterTopic !== undefined && log.topic(deadLetterTopic) === undefined) {
      await log.createTopic(deadLetterTopic, { partitions: 1 });
    }
    const toLine = lineWriter(settings);
    const toPlace = placer(settings, now);
    const context = { log, folder, connector, settings, toLine, toPlace, fsync, now, onDeadLetter, onClosed, group };
    const writers = settings.topics.flatMap((topic) =>
      Array.from(
        { length: log.topic(topic)!.partitions },
        (_, partition) => new PartitionWriter(context, topic, partition),
      ),
    );
    for (const writer of writers) await writer.recover();
    if (log.storesApart) await findStrayLetters(context, writers);
    await rm(join(folder, UPLOADS), { recursive: true, force: true });
    await mkdir(join(folder, UPLOADS), { recursive: true });
    await refuseForeignFiles(folder, settings, writers);
    return new S3Sink(context, writers, { onFailure, onWaiting, retryMs });
  }

  /** Writes records while they arrive, until `stop`. */
  start(): void {
    if (this.cause !== undefined) throw this.cause;
    if (this.running !== undefined) return;
    let isStopped = false;
    const unsubscribe = this.context.log.onAppend(() => this.wake());
    const stop = () => {
      isStopped = true;
      unsubscribe();
      this.wake();
    };
    // A failure has been reported by then.
    const ended = this.follow(() => isStopped || this.cause !== undefined).catch(unsubscribe);
    this.running = { stop, ended };
  }

  /** Stops. Open files are thrown away; their records are read again at the next start. */
  async stop(): Promise<void> {
    this.running?.stop();
    await this.running?.ended;
    this.running = undefined;
    await this.queue;
    for (const writer of this.writers) {
      await writer.discard();
      if (this.cause === undefined) await writer.settle();
    }
  }

  /**
   * Writes all records that are in the log now, and closes all files, even those that are not full. Rejects when the sink has failed, and
   * during an error of the disk; in the second case the sink does the work later.
   */
  closeFiles(): Promise<void> {
    return this.alone(async () => {
      await this.closeAll();
      return false;
    }).then(() => undefined);
  }

  private async closeAll(): Promise<void> {
    this.followTopics();
    const ends = this.writers.map(({ topic, partition }) => this.context.log.endOffset(topic, partition));
    await this.forEachWriter(async (writer, index) => {
      while (await writer.take(ends[index]!)) await setImmediate();
      await writer.commit();
    });
  }

  /** Counts of committed records by topic. */
  counts(): Readonly<Record<string, SinkCounts>> {
    const counts: Record<string, SinkCounts> = {};
    for (const { topic, progress } of this.writers) {
      const { written, refused, skipped = 0 } = counts[topic] ?? { written: 0, refused: 0 };
      const gaps = skipped + (progress.skipped ?? 0);
      counts[topic] = {
        written: written + progress.written,
        refused: refused + progress.refused,
        ...(gaps > 0 && { skipped: gaps }),
      };
    }
    return counts;
  }

  /** Partitions with open files, whose records are not in the bucket yet. */
  openRecords(): OpenRecords[] {
    return this.writers.map(({ open }) => open).filter((open) => open !== undefined);
  }

  /** The next offset of a partition to be written to a file; undefined when the sink does not read this partition. */
  nextOffset(topic: string, partition: number): number | undefined {
    return this.writers.find((writer) => writer.topic === topic && writer.partition === partition)?.progress.next;
  }

  /** Why the sink stopped by itself; undefined when it did not. */
  get failure(): Error | undefined {
    return this.cause;
  }

  private async follow(isStopped: () => boolean): Promise<void> {
    while (!isStopped()) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      if (this.again !== undefined) {
        await this.pause(isStopped);
        if (!isStopped() && this.again !== undefined) await this.alone(this.again).catch(() => {});
        continue;
      }
      const startMs = performance.now();
      const hasMore = await this.alone(
        () => this.takeSome(),
        () => this.takeAll(),
      ).catch((error: unknown) => {
        if (!mayPass(error)) throw error;
        return true;
      });
      // The sink pauses as long as it worked: it can catch up later, but producers cannot wait.
      if (hasMore) await this.rest(performance.now() - startMs, isStopped);
      else await this.waitFor(woken, isStopped);
    }
  }

  private async takeAll(): Promise<boolean> {
    while (await this.takeSome()) await setImmediate();
    return false;
  }

  private async takeSome(): Promise<boolean> {
    const { log } = this.context;
    this.followTopics();
    const more = await this.forEachWriter(async (writer) => {
      const hasMore = await writer.take(log.endOffset(writer.topic, writer.partition));
      await writer.commitIfDue();
      return hasMore;
    });
    return more.includes(true);
  }

  /** Adds new partitions of the topics. @throws SinkFailedError when a topic was deleted and created again */
  private followTopics(): void {
    const { log, settings } = this.context;
    for (const topic of settings.topics) {
      const known = log.topic(topic);
      if (known === undefined) continue;
      const own = this.writers.filter((writer) => writer.topic === topic);
      if (own[0] && own[0].identity !== identityOf(known))
        throw new SinkFailedError(
          `topic ${topic} was deleted and created again; its offsets begin at 0, and files of the old topic have the same names; start again with --reset`,
        );
      for (let partition = own.length; partition < known.partitions; partition += 1)
        this.writers.push(new PartitionWriter(this.context, topic, partition));
    }
  }

  /** Runs `work` for all writers at the same time. If one fails, waits for the others, too. */
  private async forEachWriter<Result>(
    work: (writer: PartitionWriter, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    const results = await Promise.allSettled(this.writers.map(work));
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  /** Waits before the next retry. */
  private pause(isStopped: () => boolean): Promise<void> {
    return this.rest(this.retryMs, isStopped);
  }

  /** Waits for a time, or until the sink is stopped. */
  private async rest(ms: number, isStopped: () => boolean): Promise<void> {
    const untilMs = performance.now() + ms;
    for (let left = ms; left > 0 && !isStopped(); left = untilMs - performance.now())
      await setTimeout(Math.min(50, left));
  }

  /** Waits for new records and a short time for more of them, or until the wall clock closes a file. */
  private async waitFor(woken: Promise<void>, isStopped: () => boolean): Promise<void> {
    const dueMs = Math.min(...this.writers.map(({ rotatesAtMs }) => rotatesAtMs ?? Number.POSITIVE_INFINITY));
    const waitMs = Math.min(Math.max(dueMs - this.context.now(), 1), LONGEST_WAIT_MS);
    const timer = new AbortController();
    const timeout = setTimeout(waitMs, 'due' as const, { signal: timer.signal }).catch(() => undefined);
    const why = await Promise.race([woken, timeout]);
    timer.abort();
    if (why !== 'due' && !isStopped()) await setTimeout(GATHER_MS);
  }

  /** Runs one `work` at a time, in the order of the calls, until one fails for good. `work` returns whether more is left; `again` repeats it after an error of the disk. */
  private alone(work: () => Promise<boolean>, again = work): Promise<boolean> {
    const done = this.queue.then(async () => {
      if (this.cause !== undefined) throw this.cause;
      if (this.again !== undefined) await this.beginAgain();
      try {
        const hasMore = await work();
        if (this.again !== undefined && !hasMore) this.passed();
        return hasMore;
      } catch (error) {
        if (mayPass(error)) await this.wait(error as Error, again);
        throw error;
      }
    });
    this.queue = done.catch((error: Error) => {
      if (this.cause !== undefined || mayPass(error)) return;
      this.cause = error;
      this.onFailure(error);
    });
    return done;
  }

  private async wait(error: Error, again: () => Promise<boolean>): Promise<void> {
    this.again ??= again;
    for (const writer of this.writers) await writer.discard().catch(() => {});
    this.onWaiting(error);
    this.wake();
  }

  private async beginAgain(): Promise<void> {
    try {
      await mkdir(join(this.context.folder, UPLOADS), { recursive: true });
      for (const writer of this.writers) await writer.beginAgain();
    } catch (error) {
      if (mayPass(error)) this.onWaiting(error as Error);
      throw error;
    }
  }

  private passed(): void {
    this.again = undefined;
    this.onWaiting(undefined);
  }
}

/** Refuses files beyond the log's progress: they belong to another log, and the sink would overwrite them later. */
async function refuseForeignFiles(
  folder: string,
  settings: SinkSettings,
  writers: readonly PartitionWriter[],
): Promise<void> {
  for (const topic of settings.topics) {
    for (const path of await filesBelow(join(folder, settings.topicsDir, topic))) {
      for (const { partition, progress } of writers.filter((writer) => writer.topic === topic)) {
        const startOffset = startOffsetIn(settings, { topic, partition, file: basename(path) });
        if (startOffset === undefined || startOffset < progress.next) continue;
        throw new Error(
          `S3 sink: ${path} begins at offset ${startOffset}, but the log has delivered ${topic} partition ${partition} only up to ${progress.next}; ` +
            'the files belong to another log: start again with an empty bucket folder',
        );
      }
    }
  }
}
