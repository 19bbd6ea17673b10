import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '../../log';
import type { HttpRequest } from '../../wire/http';
import { type KafkaRest, type KafkaRestOptions, kafkaRest } from '..';

export const JSON_V2 = 'application/vnd.kafka.json.v2+json';
export const BINARY_V2 = 'application/vnd.kafka.binary.v2+json';
export const V2 = 'application/vnd.kafka.v2+json';

type GivenOptions = Omit<KafkaRestOptions, 'log' | 'tell'>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON. */
  readonly json: unknown;
}

/** For tests: a proxy over a fresh log with the topic `pin` of 3 partitions. */
export class GivenProxy {
  readonly reported: string[] = [];
  readonly log: Log;
  private readonly proxy: KafkaRest;
  private readonly folder: string;

  private constructor(log: Log, folder: string, options: GivenOptions) {
    this.log = log;
    this.folder = folder;
    this.proxy = kafkaRest({ ...options, log, tell: (line) => this.reported.push(line) });
  }

  static async open(options: GivenOptions = {}): Promise<GivenProxy> {
    const folder = mkdtempSync(join(tmpdir(), 'kafka-rest-'));
    const log = await openLog(folder, { now: options.now });
    await log.createTopic('pin', { partitions: 3, attributes: { 'message.timestamp.type': 'LogAppendTime' } });
    return new GivenProxy(log, folder, options);
  }

  async close(): Promise<void> {
    await this.log.close();
    rmSync(this.folder, { recursive: true });
  }

  /** `method` and path with query; headers without `undefined` ones. */
  async send(
    line: `${string} /${string}`,
    { headers = {}, body = '' }: { headers?: Record<string, string | undefined>; body?: string | Buffer } = {},
  ): Promise<Answer> {
    const [method = '', url = ''] = line.split(/ (.*)/s);
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    const sent = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
    const request: HttpRequest = { method, path, query, headers: Object.fromEntries(sent), body: Buffer.from(body) };
    const answer = await this.proxy.handle(request);
    const text = String(answer.body);
    return { status: answer.status, headers: answer.headers, text, json: text === '' ? undefined : JSON.parse(text) };
  }

  /** Posts to a path in the json format, or that of `contentType`; null sends none. */
  post(path: `/${string}`, body: unknown, contentType: string | null = JSON_V2): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.send(`POST ${path}`, { headers: { 'content-type': contentType ?? undefined }, body: text });
  }

  /** Keys and values of a partition, as text. */
  stored(partition: number): { key: string | null; value: string | null }[] {
    return this.log
      .read('pin', partition, 0, { maxRecords: 1000 })
      .map(({ key, value }) => ({ key: key && String(key), value: value && String(value) }));
  }
}
