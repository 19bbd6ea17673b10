import { identityOf, type TopicStore } from '../topics';

/** A file that is complete under `from` and has its place at `to`, both below the bucket's folder. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Its size. */
  readonly bytes: number;
}

/** How far the sink is with one partition, as committed in the log. */
export interface Progress {
  /** Every record before this offset is in a file, dead-lettered or left out. */
  readonly next: number;
  /** Records before this offset that had to be refused have been. */
  readonly refusedTo: number;
  /** Records in files. */
  readonly written: number;
  /** Records dead-lettered or left out. */
  readonly refused: number;
  /** Offsets before `next` that hold no record: a Kafka leaves gaps. @default none */
  readonly skipped?: number;
  /** Files of the last commit, until a stop in good order: after a crash they may still have to be moved, or be torn. */
  readonly moves: readonly Move[];
}

const START: Progress = { next: 0, refusedTo: 0, written: 0, refused: 0, moves: [] };

/** Name of the position that holds a partition's progress. A topic that is made anew begins anew. */
export function progressName(log: TopicStore, connector: string, topic: string, partition: number): string {
  return `s3-sink/${connector}/${identityOf(log.topic(topic)!)}/${partition}`;
}

export function readProgress(log: TopicStore, name: string): Progress {
  const text = log.position(name);
  return text === undefined ? START : (JSON.parse(text) as Progress);
}
