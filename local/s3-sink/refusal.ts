import type { LogRecord, StoredRecord } from '../log';

/** The stage in Connect at which a record fails. */
export type Stage = 'VALUE_CONVERTER' | 'TRANSFORMATION' | 'TASK_PUT';

/** Why a record cannot be written; `message` is Connect's. */
export interface Refusal {
  readonly stage: Stage;
  readonly message: string;
  /** Whether the value is null, for which there is a separate setting. */
  readonly isNull?: true;
}

export interface RefusedRecord extends Refusal {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A record stops the whole sink, because the settings do not allow to skip it (`errors.tolerance`, `behavior.on.null.values`). */
export class SinkFailedError extends Error {
  override readonly name = 'SinkFailedError';
}

const EXECUTED_BY: Readonly<Record<Stage, string>> = {
  VALUE_CONVERTER: 'org.apache.kafka.connect.json.JsonConverter',
  TRANSFORMATION: 'org.apache.kafka.connect.transforms.InsertField$Value',
  TASK_PUT: 'io.confluent.connect.s3.S3SinkTask',
};
const DATA_EXCEPTION = 'org.apache.kafka.connect.errors.DataException';

/** The dead letter of a record: its key and value, byte for byte, and Connect's context headers. */
export function deadLetter(
  record: StoredRecord,
  refused: RefusedRecord,
  { connector, hasContextHeaders }: { readonly connector: string; readonly hasContextHeaders: boolean },
): LogRecord {
  const { key, value, headers } = record;
  if (!hasContextHeaders) return { key, value, ...(headers && { headers }) };
  const { topic, partition, offset, stage, message } = refused;
  const context = {
    topic,
    partition: String(partition),
    offset: String(offset),
    'connector.name': connector,
    'task.id': '0',
    stage,
    'class.name': EXECUTED_BY[stage],
    'exception.class.name': DATA_EXCEPTION,
    'exception.message': message,
    'exception.stacktrace': `${DATA_EXCEPTION}: ${message}`,
  };
  const own = Object.entries(context).map(([name, text]) => [`__connect.errors.${name}`, text]);
  return { key, value, headers: { ...headers, ...Object.fromEntries(own) } };
}
