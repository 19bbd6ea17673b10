import conformance from './conformance.json';

/** One thing that a wire promises. */
export interface Promised {
  /** A letter for the wire and a number, as names of tests and cases have it: `K6`. */
  readonly id: string;
  /** What is asked of the wire. */
  readonly when: string;
  /** What comes of it. */
  readonly then: string;
}

export interface Wire {
  /** Folder in local/ that serves the wire, and whose tests hold each of its promises. */
  readonly wire: string;
  readonly title: string;
  readonly promises: readonly Promised[];
}

/** What gateway, Kafka REST proxy, Kinesis endpoint and S3 sink promise, here and in AWS. */
export const CONFORMANCE: readonly Wire[] = conformance;
