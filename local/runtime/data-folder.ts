import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renameOverSync } from '@pipeline/cli/rename-over';

/** The source that was replayed into a data folder; other options give other right answers. */
export interface ReplayedSource {
  readonly seed: number;
  readonly posts: number;
  readonly hardMode: boolean;
}

interface Marker {
  readonly format: 1;
  /** Tells this folder from any other, also after it was moved. */
  readonly id: string;
  readonly env: string;
  readonly userId: string;
  readonly replayed?: ReplayedSource;
}

/** The data folder cannot be used as asked; the message says which folder, why and what to do. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
}

const MARKER = 'pipeline.json';
const ANSWERS = 'answers.json';

/** The one folder that holds everything the laptop pipeline keeps. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private marker: Marker,
  ) {}

  /**
   * Opens the folder, or makes it.
   *
   * @throws DataFolderError when the folder holds something else, or the records of another environment.
   */
  static open(path: string, environment: { env: string; userId: string }): DataFolder {
    const folder = resolve(path);
    const known = readMarker(folder);
    if (known && known.userId !== environment.userId) {
      throw new DataFolderError(
        `${folder} holds records of environment '${known.env}' (userId ${known.userId}), not of '${environment.env}' ` +
          `(userId ${environment.userId}); pass --data with another folder, or --reset to begin anew`,
      );
    }
    const opened = new DataFolder(
      folder,
      known ?? { format: 1, id: randomUUID(), env: environment.env, userId: environment.userId },
    );
    if (!known) {
      mkdirSync(folder, { recursive: true });
      opened.write();
    }
    return opened;
  }

  /** Deletes the folder with all records. A folder that the pipeline did not make is refused and kept. */
  static reset(path: string): void {
    const folder = resolve(path);
    if (!existsSync(folder)) return;
    try {
      readMarker(folder);
    } catch (error) {
      // A broken marker is the very thing a reset is for; a missing one means that the folder is somebody else's.
      if (!existsSync(join(folder, MARKER))) throw error;
    }
    // The marker goes last, so that a reset which was cut short can be repeated.
    for (const entry of readdirSync(folder)) {
      if (entry !== MARKER) rmSync(join(folder, entry), { recursive: true, force: true });
    }
    rmSync(folder, { recursive: true, force: true });
  }

  get id(): string {
    return this.marker.id;
  }

  get kafkaLog(): string {
    return join(this.path, 'kafka');
  }

  get kinesisLog(): string {
    return join(this.path, 'kinesis');
  }

  /** Stands for the bucket that the sink writes to. */
  get bucket(): string {
    return join(this.path, 's3');
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

  get replayed(): ReplayedSource | undefined {
    return this.marker.replayed;
  }

  /**
   * Notes which source is replayed into this folder.
   *
   * @throws DataFolderError when it already holds another one.
   */
  noteReplay(source: ReplayedSource): void {
    const before = this.marker.replayed;
    if (before && describe(before) !== describe(source)) {
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

function readMarker(folder: string): Marker | undefined {
  if (!existsSync(folder)) return undefined;
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch {
    throw new DataFolderError(`${folder} is not a folder; pass --data with a folder`);
  }
  if (entries.length === 0) return undefined;
  if (!entries.includes(MARKER)) {
    throw new DataFolderError(
      `${folder} is not empty and was not made by this pipeline (it has no ${MARKER}); pass --data with another folder`,
    );
  }
  try {
    const marker = JSON.parse(readFileSync(join(folder, MARKER), 'utf8')) as Partial<Marker>;
    if (
      marker.format === 1 &&
      typeof marker.id === 'string' &&
      typeof marker.env === 'string' &&
      typeof marker.userId === 'string'
    ) {
      return marker as Marker;
    }
  } catch {
    // Reported below, like a marker of another format.
  }
  throw new DataFolderError(`${join(folder, MARKER)} cannot be read as this pipeline's; pass --reset to begin anew`);
}

function describe(source: ReplayedSource): string {
  return `${source.posts} posts of seed ${source.seed}${source.hardMode ? ' in hard mode' : ''}`;
}
