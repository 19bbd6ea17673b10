import { type Dataset, perDataset } from '../schema';

/** Every name that systems outside one stack agree on. All other names are CloudFormation's to choose. */
export interface Names {
  /** Kafka topic of each dataset, `<userId>.pin`. */
  readonly topics: Readonly<Record<Dataset, string>>;
  /** Topic that takes what the S3 sink refuses, `<userId>.dead-letters`. A topics regex `<userId>.*` would match it too, so the sink lists its topics. */
  readonly deadLetterTopic: string;
  /** Kinesis stream of each dataset, `streaming-<userId>-pin`; one and the same where the datasets share a stream. */
  readonly streams: Readonly<Record<Dataset, string>>;
  /** Cleaned table of each dataset, `<userId>_pin_table`. */
  readonly tables: Readonly<Record<Dataset, string>>;
  /** MSK Connect connector; its consumer group `connect-<connector>` owns the sink's offsets, so it never changes. */
  readonly connector: string;
  /** MSK Connect plugin names begin with this; version and content hash follow. */
  readonly pluginPrefix: string;
  /** The Airflow DAG that triggers the batch job. */
  readonly dag: string;
  /** What every topic's name begins with, `<userId>.`. */
  readonly topicPrefix: string;
  /** What the names of all streams begin with that belong to this user alone, `streaming-<userId>-`. */
  readonly streamPrefix: string;
  /** What the names of all stacks begin with, `pinterest-<userId>-`. */
  readonly stackPrefix: string;
  /** CloudWatch namespace of the pipeline's own metrics, `Pinterest/<userId>`. */
  readonly metricNamespace: string;
  /** The Databricks jobs. */
  readonly jobs: { readonly batch: string; readonly stream: string };
}

/** One rule that fits Kafka topics, Kinesis streams, MSK Connect names, SQL tables and Airflow DAG ids alike. */
export const USER_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** The stream that all datasets share, as `streams` of an environment's file says it; without a name each has its own. */
export interface SharedStream {
  readonly name?: string | undefined;
}

/**
 * The contractual names for one `userId`.
 *
 * @throws Error when `userId` breaks the rule of one of the systems that carry it.
 */
export function namesOf(userId: string, { name: sharedStream }: SharedStream = {}): Names {
  if (!USER_ID_PATTERN.test(userId)) {
    throw new Error(
      `userId must be 1 to 40 of a-z, 0-9 and '-', with no '-' at either end, got ${JSON.stringify(userId)}`,
    );
  }
  // SQL identifiers and DAG ids take no '-'.
  const word = userId.replaceAll('-', '_');
  const topicPrefix = `${userId}.`;
  const streamPrefix = `streaming-${userId}-`;
  return {
    topics: perDataset((dataset) => `${topicPrefix}${dataset}`),
    deadLetterTopic: `${topicPrefix}dead-letters`,
    streams: perDataset((dataset) => sharedStream ?? `${streamPrefix}${dataset}`),
    tables: perDataset((dataset) => `${word}_${dataset}_table`),
    connector: `${userId}-connector`,
    pluginPrefix: `${userId}-plugin`,
    dag: `${word}_dag`,
    topicPrefix,
    streamPrefix,
    stackPrefix: `pinterest-${userId}-`,
    metricNamespace: `Pinterest/${userId}`,
    jobs: { batch: `${userId}-batch`, stream: `${userId}-stream` },
  };
}
