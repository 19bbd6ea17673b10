import { partitionFolder, sinkFile, TOPICS_FOLDER } from '@pipeline/datasets/sink-file';
import { type Credentials, sha256, signRequest } from '../sign';

/** Position of a canary's record in a topic. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** A record that was not yet found in a file. */
export interface Pending extends Place {
  /** When the record was sent, in minutes since 1970. */
  readonly minute: number;
}

export interface Row {
  readonly index: number;
  readonly canary: string;
}

/** The calls by which the canary sends records and looks for them. */
export interface Ways {
  sendToTopic(key: string, row: Row): Promise<Place>;
  sendToStream(key: string, row: Row): Promise<{ readonly shard: string; readonly sequenceNumber: string }>;
  /** The record at a place in a stream; undefined when there is none. */
  readStream(shard: string, sequenceNumber: string): Promise<string | undefined>;
  /** Text of the file with a topic's record; undefined while the file does not exist. */
  readFile(place: Place): Promise<string | undefined>;
  pending(): Promise<readonly Pending[]>;
  keep(pending: readonly Pending[]): Promise<void>;
}

export interface WaysOptions {
  /** Address of the API, ending in the stage and a slash. */
  readonly apiUrl: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly topic: string;
  readonly stream: string;
  /** Bucket with the topics' files, and the most records in one file. */
  readonly lake: string;
  readonly flushSize: number;
  /** Bucket and key of the object that lists the pending records. */
  readonly memory: { readonly bucket: string; readonly key: string };
  /** Addresses in place of AWS's, for tests. */
  readonly endpoints: { readonly kinesis?: string; readonly s3?: string };
}

/** The calls for a deployed environment; each one is a signed request. */
export function waysOf(options: WaysOptions): Ways {
  const { apiUrl, region, topic, stream, lake, flushSize, memory, endpoints } = options;
  const kinesis = endpoints.kinesis ?? `https://kinesis.${region}.amazonaws.com`;
  const bucketUrl = (bucket: string) =>
    endpoints.s3 ? `${endpoints.s3}/${bucket}` : `https://${bucket}.s3.${region}.amazonaws.com`;
  const objectUrl = (bucket: string, key: string) =>
    `${bucketUrl(bucket)}/${key.split('/').map(encodeURIComponent).join('/')}`;

  const call = async (service: string, method: string, address: string, given: Request = {}) => {
    const { body = '', headers = {} } = given;
    const url = new URL(address);
    const signed = signRequest({
      ...options,
      service,
      method,
      url,
      headers: { 'user-agent': 'pinterest-pipeline-canary', ...headers },
      bodySha256: sha256(body),
      at: new Date(),
    });
    const { host: _, ...sent } = signed;
    const answer = await fetch(url, {
      method,
      headers: sent,
      ...(body !== '' && { body }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await answer.text();
    if (answer.status === 404 && given.mayBeMissing) return undefined;
    if (!answer.ok) throw new Error(`${method} ${url.pathname} answered ${answer.status}: ${text.slice(0, 300)}`);
    return text;
  };
  const asked = async (action: string, input: object) =>
    JSON.parse(
      (await call('kinesis', 'POST', `${kinesis}/`, {
        body: JSON.stringify(input),
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Kinesis_20131202.${action}` },
      }))!,
    );

  return {
    async sendToTopic(key, value) {
      const body = JSON.stringify({ records: [{ key, value }] });
      const headers = { 'content-type': 'application/vnd.kafka.json.v2+json' };
      const said = JSON.parse((await call('execute-api', 'POST', `${apiUrl}topics/${topic}`, { body, headers }))!);
      const [at] = said.offsets as { partition: number; offset: number; error?: string }[];
      if (!at || typeof at.offset !== 'number')
        throw new Error(`topic ${topic} took no record: ${JSON.stringify(said)}`);
      return { partition: at.partition, offset: at.offset };
    },
    async sendToStream(key, row) {
      const body = JSON.stringify({ StreamName: stream, Data: row, PartitionKey: key });
      const headers = { 'content-type': 'application/json' };
      const said = JSON.parse(
        (await call('execute-api', 'PUT', `${apiUrl}streams/${stream}/record`, { body, headers }))!,
      );
      return { shard: said.ShardId, sequenceNumber: said.SequenceNumber };
    },
    async readStream(shard, sequenceNumber) {
      const { ShardIterator } = await asked('GetShardIterator', {
        StreamName: stream,
        ShardId: shard,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        StartingSequenceNumber: sequenceNumber,
      });
      const { Records } = await asked('GetRecords', { ShardIterator, Limit: 1 });
      return Records[0] && Buffer.from(Records[0].Data, 'base64').toString('utf8');
    },
    async readFile({ partition, offset }) {
      const folder = `${TOPICS_FOLDER}/${partitionFolder(topic, partition)}`;
      const nameAt = (at: number) => folder + sinkFile(topic, partition, at);
      // A file is named for its first record, which is at most this many offsets before ours.
      const query = new URLSearchParams({
        'list-type': '2',
        prefix: folder,
        'start-after': nameAt(Math.max(0, offset - flushSize)),
      });
      const list = (await call('s3', 'GET', `${bucketUrl(lake)}/?${query}`))!;
      const keys = [...list.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key!);
      const key = keys.sort().findLast((each) => each < `${nameAt(offset)}.json~`);
      return key && call('s3', 'GET', objectUrl(lake, key));
    },
    async pending() {
      const kept = await call('s3', 'GET', objectUrl(memory.bucket, memory.key), { mayBeMissing: true });
      return kept === undefined ? [] : JSON.parse(kept);
    },
    async keep(pending) {
      await call('s3', 'PUT', objectUrl(memory.bucket, memory.key), { body: JSON.stringify(pending) });
    },
  };
}

interface Request {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly mayBeMissing?: boolean;
}
