import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { perDataset } from '@pipeline/datasets/schema';
import type { Target } from '../send/replay-options';

/** One record as the server took it. */
export interface Arrival {
  /** Topic or stream. */
  readonly name: string;
  readonly key: string;
  readonly value: unknown;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly arrivals: readonly Arrival[];
  /** Stores some records of the call. */
  keep(some: readonly Arrival[]): void;
}

/** Answers a call instead of the server. `store()` keeps its records; answering nothing lets the server go on as usual. */
export type Behaviour = (call: Call, response: ServerResponse, store: () => void) => boolean | Promise<boolean>;

export interface PipelineServer {
  readonly target: Target;
  /** Every stored record, in the order of arrival. */
  readonly stored: Arrival[];
  readonly calls: Call[];
  /** Set it where calls would fill the memory. @default false */
  forgetsCalls: boolean;
  close(): Promise<void>;
}

/** A small HTTP server that takes topics and streams as the API does. `behaviour` may answer first. */
export async function pipelineServer(behaviour: Behaviour = () => false): Promise<PipelineServer> {
  const stored: Arrival[] = [];
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const path = request.url!;
    const call: Call = {
      method: request.method!,
      path,
      headers: request.headers,
      body,
      arrivals: arrivalsOf(path, body),
      keep: (some) => void stored.push(...some),
    };
    if (!self.forgetsCalls) calls.push(call);
    const store = () => call.keep(call.arrivals);
    if (await behaviour(call, response, store)) return;
    store();
    answer(response, 200, stored200(call));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const self: PipelineServer = {
    target: {
      apiUrl: `http://127.0.0.1:${port}/dev/`,
      region: 'eu-west-1',
      auth: 'none',
      topics: perDataset((dataset) => `u1.${dataset}`),
      streams: perDataset((dataset) => `streaming-u1-${dataset}`),
    },
    stored,
    calls,
    forgetsCalls: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}

/** Answers with a status and a JSON body; text goes out as it is. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The usual answer: everything stored. */
export function stored200({ path, arrivals }: Call): unknown {
  if (path.includes('/topics/')) {
    return {
      offsets: arrivals.map((_, offset) => ({ partition: 0, offset, error_code: null, error: null })),
      key_schema_id: null,
      value_schema_id: null,
    };
  }
  const entries = arrivals.map((_, i) => ({ SequenceNumber: `4957${i}`, ShardId: 'shardId-000000000000' }));
  return path.endsWith('/record') ? entries[0] : { FailedRecordCount: 0, Records: entries };
}

function arrivalsOf(path: string, body: string): Arrival[] {
  const name = decodeURIComponent(path.split('/')[3]!);
  const json = JSON.parse(body);
  if (path.startsWith('/dev/topics/')) {
    return json.records.map((record: { key: string; value: unknown }) => ({
      name,
      key: record.key,
      value: record.value,
    }));
  }
  if (path.endsWith('/record')) return [{ name, key: json.PartitionKey, value: json.Data }];
  return json.records.map((record: { 'partition-key': string; data: unknown }) => ({
    name,
    key: record['partition-key'],
    value: record.data,
  }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
