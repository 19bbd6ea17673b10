import { identityOf, type TopicStore } from '../topics';

/** A complete file that has to be renamed from `from` to `to`, both below the bucket's folder. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
}

/** The sink's progress in one partition, as committed in the log. */
export interface Progress {
  /** Every record before this offset is in a file, dead-lettered or left out. */
  readonly next: number;
  /** All refusals of records before this offset are stored. */
  readonly refusedTo: number;
  /** Number of records in files. */
  readonly written: number;
  /** Number of records dead-lettered or left out. */
  readonly refused: number;
  /** Number of offsets before `next` without a record, as Kafka's offsets have gaps. @default 0 */
  readonly skipped?: number;
  /** Files of the last commit, kept until a stop in good order: after a crash they may be incomplete or still have to be moved. */
  readonly moves: readonly Move[];
}

const START: Progress = { next: 0, refusedTo: 0, written: 0, refused: 0, moves: [] };

/** Name of the position that holds a partition's progress. A topic that is created again has a new position. */
export function progressName(log: TopicStore, connector: string, topic: string, partition: number): string {
  return `s3-sink/${connector}/${identityOf(log.topic(topic)!)}/${partition}`;
}

export function readProgress(log: TopicStore, name: string): Progress {
  const text = log.position(name);
  return text === undefined ? START : (JSON.parse(text) as Progress);
}
