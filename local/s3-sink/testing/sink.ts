import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Log, openLog } from '../../log';
import { S3Sink, type S3SinkOptions } from '..';

/** The smallest configuration: JSON lines, three records a file. */
export const SMALLEST: Readonly<Record<string, string>> = {
  topics: 'u.pin',
  'format.class': 'io.confluent.connect.s3.format.json.JsonFormat',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': 'false',
  'flush.size': '3',
};

/** Connect's InsertField as the pipeline deploys it. */
export const ARRIVAL: Readonly<Record<string, string>> = {
  transforms: 'arrival',
  'transforms.arrival.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
  'transforms.arrival.partition.field': 'kafka_partition',
  'transforms.arrival.offset.field': 'kafka_offset',
  'transforms.arrival.timestamp.field': 'kafka_timestamp',
};

export const DEAD_LETTERS: Readonly<Record<string, string>> = {
  'behavior.on.null.values': 'ignore',
  'errors.tolerance': 'all',
  'errors.deadletterqueue.topic.name': 'u.dead-letters',
  'errors.deadletterqueue.context.headers.enable': 'true',
};

/** For tests: a log with topic `u.pin` of two partitions, and a bucket. */
export class GivenSink {
  readonly folder = mkdtempSync(join(tmpdir(), 's3-sink-'));
  readonly bucket = join(this.folder, 'bucket');
  clockMs = 1_000;
  log!: Log;
  sink!: S3Sink;
  readonly failures: string[] = [];

  static async open(
    config: Readonly<Record<string, string>> = {},
    options: Partial<S3SinkOptions> = {},
  ): Promise<GivenSink> {
    const given = new GivenSink();
    given.log = await openLog(join(given.folder, 'log'), { now: () => given.clockMs });
    await given.log.createTopic('u.pin', { partitions: 2 });
    await given.openSink(config, options);
    return given;
  }

  async openSink(config: Readonly<Record<string, string>> = {}, options: Partial<S3SinkOptions> = {}): Promise<void> {
    this.failures.length = 0;
    this.sink = await S3Sink.open({
      log: this.log,
      folder: this.bucket,
      config: { ...SMALLEST, ...config },
      onFailure: (error) => this.failures.push(error.message),
      ...options,
    });
  }

  async close(): Promise<void> {
    await this.sink?.stop();
    await this.log.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Appends values as JSON text, `null` as no value, a Buffer as it is. One commit, one timestamp. */
  async append(values: readonly unknown[], partition = 0): Promise<void> {
    const records = values.map((value) => ({
      key: null,
      value: value === null ? null : Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
    }));
    await this.log.append([{ topic: 'u.pin', partition, records }]);
  }

  /** All files in the bucket that a reader sees, by path. */
  files(): Record<string, string> {
    const entries = readdirSync(this.bucket, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const seen = paths.map((path) => [relative(this.bucket, path), path] as const).sort();
    return Object.fromEntries(
      seen.filter(([name]) => !name.startsWith('.uploads/')).map(([name, path]) => [name, read(path)]),
    );
  }

  /** Waits until the bucket holds that many files; at most two seconds. */
  async untilFiles(count: number): Promise<Record<string, string>> {
    for (let tries = 0; tries < 2_000; tries += 1) {
      const files = this.files();
      if (Object.keys(files).length >= count || this.failures.length > 0) return files;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.files();
  }
}

function read(path: string): string {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
}
