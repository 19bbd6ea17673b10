import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { open } from 'lmdb';

/**
 * What a short program would do in the place of the runtime: it parses each request's JSON, stores every record in lmdb, and answers as the
 * two routes do. No templates, validators, keys to partitions or retention. Takes the database's path; prints its port, and
 * ends with its standard input.
 */
interface Body {
  readonly records: readonly { readonly key?: string; readonly value?: unknown; readonly data?: unknown }[];
}

const records = open<Buffer, number>({ path: process.argv[2]!, keyEncoding: 'uint32', encoding: 'binary' });
let next = 0;

/** Stores them together. Gives the place of the first. */
async function store(values: readonly unknown[]): Promise<number> {
  const first = next;
  next += values.length;
  await records.batch(() => {
    values.forEach((value, at) => {
      records.put(first + at, Buffer.from(JSON.stringify(value)));
    });
  });
  return first;
}

async function answer(method: string, text: string): Promise<string> {
  const body = JSON.parse(text) as Body;
  if (method === 'POST') {
    const first = await store(body.records.map(({ value }) => value));
    const offsets = body.records.map((_, at) => ({ partition: 0, offset: first + at, error_code: null, error: null }));
    return JSON.stringify({ offsets, key_schema_id: null, value_schema_id: null });
  }
  const first = await store(body.records.map(({ data }) => data));
  const Records = body.records.map((_, at) => ({
    SequenceNumber: String(first + at),
    ShardId: 'shardId-000000000000',
  }));
  return JSON.stringify({ FailedRecordCount: 0, Records });
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    answer(request.method!, Buffer.concat(chunks).toString()).then(
      (text) => response.end(text),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on('end', () => process.exit(0));
