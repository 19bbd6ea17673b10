import { basename, dirname, join } from 'node:path';
import type { LogRecord, StoredRecord } from '../log';
import { identityOf, type TopicStore } from '../topics';
import { moveFile, moveUnlessMoved, syncFolder } from './files';
import type { ToLine } from './lines';
import { objectKey, startOffsetIn } from './object-key';
import { OpenFile } from './open-file';
import type { Place, ToPlace } from './partition-path';
import { type Move, type Progress, progressName, readProgress } from './progress';
import { deadLetter, type Refusal, type RefusedRecord, SinkFailedError } from './refusal';
import { Rotation } from './rotation';
import type { SinkSettings } from './settings';

/** What all writers of a sink share. */
export interface SinkContext {
  readonly log: TopicStore;
  /** Folder in place of the bucket. */
  readonly folder: string;
  /** Name of the connector; its progress is kept under it. */
  readonly connector: string;
  readonly settings: SinkSettings;
  readonly toLine: ToLine;
  readonly toPlace: ToPlace;
  readonly fsync: boolean;
  readonly now: () => number;
  readonly onDeadLetter: (refused: RefusedRecord) => void;
  readonly onClosed: (file: ClosedFile) => void;
  /** Consumer group under which Kafka's tools see the sink's progress. @default none */
  readonly group?: string;
}

/** A complete file with its final name. */
export interface ClosedFile {
  readonly topic: string;
  readonly partition: number;
  /** Key in the bucket. */
  readonly file: string;
  /** Offset of its first record. */
  readonly fromOffset: number;
  readonly bytes: number;
}

/** The records in the open files of one partition. */
export interface OpenRecords {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that is not in a closed file. */
  readonly fromOffset: number;
  readonly records: number;
  /** When the wall clock closes the files; undefined if it never does. */
  readonly closesMs: number | undefined;
  /** Number of records at which the files are closed. */
  readonly closesAtRecords: number;
}

/** Name of the folder for incomplete files, in the bucket's folder. */
export const UPLOADS = '.uploads';

const READ_RECORDS = 500;
const READ_BYTES = 2 * 1024 * 1024;

/**
 * Writes one partition's records into files, in order.
 *
 * A commit completes the open files under temporary names. Then it stores the progress and the files' final names in one commit of the
 * log. Then it renames the files. Even if the process is killed at any moment, each record ends in exactly one file.
 */
export class PartitionWriter {
  readonly topic: string;
  readonly partition: number;
  /** Identity of the topic at the start. A topic that is created again under the same name has another one. */
  readonly identity: string;
  /** Dead letters that were written before a crash, while the progress was not: by offset. */
  readonly strayLetters = new Map<number, StoredRecord>();
  private readonly context: SinkContext;
  private readonly progressName: string;
  private readonly rotation: Rotation;
  private readonly files = new Map<string, { readonly file: OpenFile; readonly move: Omit<Move, 'bytes'> }>();
  private written: Progress;
  /** The next offset to read. */
  private next: number;
  /** Number of offsets without a record, from the stored progress up to `next`. */
  private gap = 0;
  private refused: { readonly record: StoredRecord; readonly refusal: RefusedRecord }[] = [];
  /** Files of the last commit that may not have their final names yet. */
  private moving: readonly Move[] = [];

  constructor(context: SinkContext, topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
    this.context = context;
    this.rotation = new Rotation(context.settings);
    this.identity = identityOf(context.log.topic(topic)!);
    this.progressName = progressName(context.log, context.connector, topic, partition);
    this.written = readProgress(context.log, this.progressName);
    this.next = this.written.next;
  }

  get progress(): Progress {
    return this.written;
  }

  /** When the wall clock closes the open files; undefined if none are open or it never does. */
  get rotatesAtMs(): number | undefined {
    return this.rotation.scheduledMs;
  }

  /** The open records; undefined when no file is open. */
  get open(): OpenRecords | undefined {
    if (this.rotation.records === 0) return undefined;
    const { topic, partition } = this;
    return {
      topic,
      partition,
      fromOffset: this.written.next,
      records: this.rotation.records,
      closesMs: this.rotation.scheduledMs,
      closesAtRecords: this.context.settings.flushSize,
    };
  }

  /** Moves the files of the last commit that a crash has left under their temporary names. */
  async recover(): Promise<void> {
    const { folder } = this.context;
    for (const { from, to, bytes } of this.written.moves) {
      await moveUnlessMoved({ from: join(folder, from), to: join(folder, to), bytes });
    }
  }

  /** Takes some of the records before offset `end`. True when there are more. */
  async take(end: number): Promise<boolean> {
    const maxRecords = Math.min(READ_RECORDS, end - this.next);
    if (maxRecords <= 0) return false;
    const { log } = this.context;
    const limits = { maxRecords, maxBytes: READ_BYTES };
    const read = log.read(this.topic, this.partition, this.next, limits);
    const records = read instanceof Promise ? await read : read;
    for (const record of records) {
      this.gap += record.offset - this.next;
      const full = this.write(record);
      if (full !== undefined) await full;
      this.next = record.offset + 1;
      if (this.rotation.isFull) await this.commit();
    }
    // The offsets up to `end` hold no records: transaction markers, or records that compaction has removed.
    if (records.length === 0 && log.topic(this.topic) !== undefined) {
      this.gap += end - this.next;
      this.next = end;
    }
    await this.storeRefused();
    return this.next < end;
  }

  /** Closes the open files. */
  async commit(): Promise<void> {
    if (this.files.size === 0) return;
    const { folder, fsync } = this.context;
    const moves: Move[] = [];
    for (const { file, move } of this.files.values()) {
      moves.push({ ...move, bytes: await file.finish({ fsync }) });
    }
    const written = this.written.written + this.rotation.records;
    await this.store({ next: this.next, written, moves });
    // From here on the files are closed: after any error they still have to be moved.
    this.moving = moves;
    this.files.clear();
    this.rotation.reset();
    for (const { from, to } of moves) {
      await moveFile(join(folder, from), join(folder, to));
      if (fsync) await syncFolder(dirname(join(folder, to)));
    }
    this.moved();
  }

  /** Starts again after an error of the disk: moves the complete files, and goes back to the stored progress. */
  async beginAgain(): Promise<void> {
    const { folder } = this.context;
    await this.discard();
    for (const { from, to, bytes } of this.moving) {
      await moveUnlessMoved({ from: join(folder, from), to: join(folder, to), bytes });
    }
    this.moved();
  }

  private moved(): void {
    const moved = this.moving;
    this.moving = [];
    for (const move of moved) this.announce(move);
  }

  private announce({ to: file, bytes }: Move): void {
    const { topic, partition } = this;
    const { settings, onClosed } = this.context;
    const fromOffset = startOffsetIn(settings, { topic, partition, file: basename(file) })!;
    onClosed({ topic, partition, file, fromOffset, bytes });
  }

  /** Closes the open files if the wall clock says so. */
  async commitIfDue(): Promise<void> {
    const { scheduledMs } = this.rotation;
    if (scheduledMs !== undefined && this.context.now() >= scheduledMs) await this.commit();
  }

  /** Throws the open files away. Their records will be read again. */
  async discard(): Promise<void> {
    for (const { file } of this.files.values()) await file.discard();
    this.files.clear();
    this.rotation.reset();
    this.refused = [];
    this.gap = 0;
    this.next = this.written.next;
  }

  /** Stores that the files of the last commit have their final names. Only for a sink that has not failed. */
  async settle(): Promise<void> {
    if (this.written.moves.length > 0 && this.moving.length === 0) await this.store({ moves: [] });
  }

  /** Puts a record into its file, or among the refused records. Gives a promise when memory is full or files must be closed first. */
  private write(record: StoredRecord): Promise<void> | undefined {
    const { topic, partition } = this;
    const line = this.context.toLine(record, { topic, partition });
    if ('stage' in line) return this.refuse(record, line);
    const place = this.context.toPlace(record, line, partition);
    if ('stage' in place) return this.refuse(record, place);
    if (this.rotation.isOverBefore(place)) return this.commit().then(() => this.add(record, place, line));
    return this.add(record, place, line);
  }

  private add(
    record: StoredRecord,
    place: Place,
    { bytes, tail }: { readonly bytes: Buffer; readonly tail: string },
  ): Promise<void> | undefined {
    this.rotation.count(place, this.context.now());
    const file = this.fileAt(place, record.offset);
    return file.add(bytes, tail) ? file.spill() : undefined;
  }

  private fileAt({ encodedPartition }: Place, startOffset: number): OpenFile {
    const known = this.files.get(encodedPartition);
    if (known !== undefined) return known.file;
    const { folder, settings } = this.context;
    const { topic, partition } = this;
    const to = objectKey(settings, { topic, encodedPartition, partition, startOffset });
    const from = join(UPLOADS, `${topic}+${partition}+${startOffset}.part`);
    const file = new OpenFile(join(folder, from), settings);
    this.files.set(encodedPartition, { file, move: { from, to } });
    return file;
  }

  private refuse(record: StoredRecord, refusal: Refusal): undefined {
    const { topic, partition } = this;
    const { settings } = this.context;
    const { offset } = record;
    if (refusal.isNull && settings.onNull === 'fail') {
      throw new SinkFailedError(
        `${topic} partition ${partition} offset ${offset}: Null valued records are not writeable with current behavior.on.null.values 'settings.`,
      );
    }
    if (!refusal.isNull && !settings.toleratesErrors) {
      throw new SinkFailedError(
        `${topic} partition ${partition} offset ${offset}: ${refusal.message} (${refusal.stage}); errors.tolerance is none`,
      );
    }
    if (offset >= this.written.refusedTo)
      this.refused.push({ record, refusal: { ...refusal, topic, partition, offset } });
    return undefined;
  }

  /** Stores the refused records and, when no file is open, the progress of the partition. */
  private async storeRefused(): Promise<void> {
    const next = this.files.size === 0 ? this.next : this.written.next;
    if (this.refused.length > 0 || next > this.written.next) await this.store({ next });
  }

  private async store(change: Partial<Progress>): Promise<void> {
    const { log, onDeadLetter } = this.context;
    const refused = this.refused;
    const isOver = (change.next ?? this.written.next) === this.next;
    const progress: Progress = {
      ...this.written,
      ...change,
      ...(isOver && this.gap > 0 && { skipped: (this.written.skipped ?? 0) + this.gap }),
      refusedTo: Math.max(this.written.refusedTo, this.next),
      refused: this.written.refused + refused.length,
    };
    const appends = this.deadLetters();
    await log.append(appends, { [this.progressName]: JSON.stringify(progress) });
    this.written = progress;
    if (this.context.group) log.follow?.(this.context.group, this.topic, this.partition, progress.next);
    if (isOver) this.gap = 0;
    this.refused = [];
    for (const { refusal } of refused) onDeadLetter(refusal);
  }

  private deadLetters(): {
    readonly topic: string;
    readonly partition: number;
    readonly records: readonly LogRecord[];
  }[] {
    const { log, connector, settings } = this.context;
    const { deadLetterTopic: topic, reportNulls, toleratesErrors, hasContextHeaders } = settings;
    if (topic === undefined || !toleratesErrors) return [];
    const reported = this.refused.filter(
      ({ record, refusal }) =>
        (!refusal.isNull || reportNulls) && !isSame(record, this.strayLetters.get(record.offset)),
    );
    if (reported.length === 0) return [];
    const records = reported.map(({ record, refusal }) =>
      deadLetter(record, refusal, { connector, hasContextHeaders }),
    );
    return [{ topic, partition: this.partition % log.topic(topic)!.partitions, records }];
  }
}

/** Whether a dead letter has the same offset and the same bytes as this record. */
function isSame({ key, value }: StoredRecord, letter: StoredRecord | undefined): boolean {
  const same = (a: Buffer | null, b: Buffer | null) => (a === null || b === null ? a === b : a.equals(b));
  return letter !== undefined && same(key, letter.key) && same(value, letter.value);
}
