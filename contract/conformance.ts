import conformance from './conformance.json';

/** One promise of a wire, such as K3: GET of a topic that does not exist is 404. */
export interface Promised {
  /** A letter for the wire and a number, such as `K6`. Names of tests and cases begin with it. */
  readonly id: string;
  /** The request. */
  readonly when: string;
  /** The answer or the effect. */
  readonly then: string;
}

export interface Wire {
  /** Folder in local/ that serves the wire. Its tests check each promise. */
  readonly wire: string;
  readonly title: string;
  readonly promises: readonly Promised[];
}

/** The promises of gateway, Kafka REST proxy, Kinesis endpoint and S3 sink, here and in AWS. */
export const CONFORMANCE: readonly Wire[] = conformance;
