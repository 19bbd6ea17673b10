import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renameOverSync } from '@pipeline/cli/rename-over';
import { holdFolder } from '../lock';
import {
  DataFolderError,
  describe,
  empty,
  MARKER,
  type Marker,
  make,
  type ReplayedSource,
  readMarker,
  refuseForeign,
  refuseGaps,
  refuseOthers,
} from './folder-marker';

export { DataFolderError, type ReplayedSource } from './folder-marker';

/** A data folder that belongs to this process until it is given free, or the process ends. */
export interface HeldDataFolder {
  readonly folder: DataFolder;
  readonly release: () => void;
}

const ANSWERS = 'answers.json';
const KAFKA = 'kafka';
const KINESIS = 'kinesis';
const BUCKET = 's3';
/** What cannot be made anew from the rest. */
const PARTS = [KAFKA, KINESIS, BUCKET];

/** The one folder that holds everything the laptop pipeline keeps. */
export class DataFolder {
  /** Which writing of the marker is known. */
  private markerRead = '';

  private constructor(
    readonly path: string,
    private marker: Marker,
  ) {}

  /**
   * Takes the folder for this process alone, and makes it where there is none. With `reset` everything in it is deleted then, and not
   * before it is held: another process may be serving it. A folder that is reached by a link stays where it is.
   *
   * @throws DataFolderError when it cannot be made, holds something else, or lacks what it once had, or holds the records of another
   * environment; FolderInUseError
   */
  static async hold(
    path: string,
    environment: { env: string; userId: string },
    { reset = false }: { readonly reset?: boolean } = {},
  ): Promise<HeldDataFolder> {
    const folder = resolve(path);
    make(folder);
    if (reset) refuseForeign(folder);
    else readMarker(folder);
    const { release } = await holdFolder(folder);
    try {
      if (reset) empty(folder);
      const known = readMarker(folder);
      if (known) refuseOthers(folder, known, environment);
      if (known) refuseGaps(folder, known);
      const marker = known ?? { format: 1, id: randomUUID(), env: environment.env, userId: environment.userId };
      const opened = new DataFolder(folder, marker);
      if (!known) opened.write();
      return { folder: opened, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Opens a folder that somebody has made and may hold.
   *
   * @param environment that it has to be of; left out, any will do
   * @throws DataFolderError when there is none, or it holds something else or the records of another environment.
   */
  static open(path: string, environment?: { env: string; userId: string }): DataFolder {
    const folder = resolve(path);
    const known = readMarker(folder);
    if (!known) throw new DataFolderError(`no data in ${path}; run npm start first`);
    if (environment) refuseOthers(folder, known, environment);
    return new DataFolder(folder, known);
  }

  get id(): string {
    return this.marker.id;
  }

  /** User id that topics and streams are named for. */
  get userId(): string {
    return this.marker.userId;
  }

  get kafkaLog(): string {
    return join(this.path, KAFKA);
  }

  /** What an Apache Kafka of ours keeps. */
  get kafkaBroker(): string {
    return join(this.path, 'kafka-broker');
  }

  get kinesisLog(): string {
    return join(this.path, KINESIS);
  }

  /** Stands for the bucket that the sink writes to. */
  get bucket(): string {
    return join(this.path, BUCKET);
  }

  /** What users have put into the bucket beside the sink's files. */
  get ownObjects(): string {
    return join(this.path, 's3-own');
  }

  /** Names and sizes of the sink's closed files. */
  get fileList(): string {
    return join(this.path, 's3-files.ndjson');
  }

  /** The answers that were shown last, for the next process to show at once. */
  get shownAnswers(): string {
    return join(this.path, 'shown-answers.json');
  }

  get tables(): string {
    return join(this.path, 'tables.duckdb');
  }

  /** Folder of what `--engine spark` keeps: Delta tables, checkpoints, its log. */
  get spark(): string {
    return join(this.path, 'spark');
  }

  /** Folder for the outputs file of whatever serves this data just now. */
  get outputs(): string {
    return join(this.path, 'outputs');
  }

  get checkpoint(): string {
    return join(this.path, 'replay-checkpoint.json');
  }

  get deadLetters(): string {
    return join(this.path, 'replay-dead-letters.ndjson');
  }

  /** Read anew whenever it has been written: the process that replays notes it after the one that serves has opened the folder. */
  get replayed(): ReplayedSource | undefined {
    const written = statSync(join(this.path, MARKER), { throwIfNoEntry: false });
    const isNew = written !== undefined && `${written.mtimeMs} ${written.ino}` !== this.markerRead;
    if (isNew) {
      try {
        this.marker = readMarker(this.path) ?? this.marker;
        this.markerRead = `${written.mtimeMs} ${written.ino}`;
      } catch {
        // What was known still holds: somebody is in the middle of something.
      }
    }
    return this.marker.replayed;
  }

  /**
   * Notes where the topics of this folder are: in a Kafka, or undefined for the folder itself.
   *
   * @throws DataFolderError when they are elsewhere: the sink's files are counted by their offsets
   */
  noteTopics(kafka: string | undefined): void {
    const { parts, kafka: before } = this.marker;
    if (parts && before !== kafka) {
      const of = (cluster: string | undefined) =>
        cluster === undefined ? 'in itself' : `in the Kafka cluster ${cluster}`;
      throw new DataFolderError(
        `${this.path} has its topics ${of(before)}, not ${of(kafka)}; pass --data with another folder, or --reset to begin anew`,
      );
    }
    if (kafka === before) return;
    this.marker = { ...this.marker, ...(kafka !== undefined && { kafka }) };
    this.write();
  }

  /** Notes that the parts of the folder are made: from now on one that is missing has been removed. */
  noteParts(): void {
    if (this.marker.parts) return;
    this.marker = { ...this.marker, parts: PARTS.filter((part) => existsSync(join(this.path, part))) };
    this.write();
  }

  /**
   * Notes which source is replayed into this folder.
   *
   * @param isEmpty whether it holds no record yet: then a note of another source was of a start that came to nothing
   * @throws DataFolderError when it already holds another one.
   */
  noteReplay(source: ReplayedSource, isEmpty: boolean): void {
    const before = this.marker.replayed;
    if (before && !isEmpty && describe(before) !== describe(source)) {
      throw new DataFolderError(
        `${this.path} holds ${describe(before)}, not ${describe(source)}; pass --reset to begin anew, or --data with another folder`,
      );
    }
    this.marker = { ...this.marker, replayed: source };
    this.write();
  }

  /** Keeps the answers computed last, so that the next computation can tell what has changed. */
  keepAnswers(answers: object): void {
    this.replace(ANSWERS, JSON.stringify(answers));
  }

  /** The answers computed last; undefined when none were, or when what was kept cannot be read. */
  readAnswers(): unknown {
    try {
      return JSON.parse(readFileSync(join(this.path, ANSWERS), 'utf8'));
    } catch {
      return undefined;
    }
  }

  /** Deletes what Spark has kept. */
  forgetSpark(): void {
    rmSync(this.spark, { recursive: true, force: true });
  }

  private write(): void {
    this.replace(MARKER, `${JSON.stringify(this.marker, null, 2)}\n`);
  }

  private replace(file: string, text: string): void {
    const temporary = join(this.path, `${file}.tmp`);
    writeFileSync(temporary, text);
    renameOverSync(temporary, join(this.path, file));
  }
}
