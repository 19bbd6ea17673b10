import { request as http1Request } from 'node:http';
import { connect as http2Connect } from 'node:http2';
import { connect, type Socket } from 'node:net';
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Listening } from '../wire/listener';
import { listenKinesis } from './listener';
import { cleanUp, type Given, given, givenPins } from './testing/kinesis';

const listeners: Listening[] = [];

afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
  await cleanUp();
});

async function listen({ kinesis }: Given): Promise<number> {
  const listener = await listenKinesis(kinesis, { port: 0 });
  listeners.push(listener);
  return listener.port;
}

function client(port: number, handler: object): KinesisClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new KinesisClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials, ...handler });
}

const JSON_HEADERS = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'Kinesis_20131202.ListStreams',
};

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

function send(port: number, headers: Record<string, string> = {}, body: string | Buffer = '{}'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = http1Request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { ...JSON_HEADERS, ...headers },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode, body: Buffer.concat(chunks).toString() }));
      incoming.on('error', reject);
    });
    outgoing.end(body);
  });
}

/** Everything the server sends on a bare connection until it closes it. */
function conversation(port: number, talk: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => talk(socket));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

describe.each([
  ['its default handler (HTTP/2)', () => ({})],
  ['NodeHttpHandler (HTTP/1.1)', () => ({ requestHandler: new NodeHttpHandler() })],
])('S21: the AWS SDK for JavaScript with %s', (_, handler) => {
  test('creates a stream, puts into it and reads from it', async () => {
    const kinesis = client(await listen(await given()), handler());
    const pins = { StreamName: 'pins' };
    await kinesis.send(new CreateStreamCommand({ ...pins, ShardCount: 2 }));
    const { StreamDescription } = await kinesis.send(new DescribeStreamCommand(pins));
    expect(StreamDescription).toMatchObject({
      StreamStatus: 'ACTIVE',
      StreamCreationTimestamp: new Date('2023-11-14T22:13:20Z'),
    });
    const Data = Buffer.from('héllo 📌');
    const put = await kinesis.send(new PutRecordCommand({ ...pins, PartitionKey: 'a', Data }));
    expect(put.ShardId).toBe('shardId-000000000000');
    const Records = ['b', 'c'].map((PartitionKey) => ({ PartitionKey, Data: Buffer.from(PartitionKey) }));
    expect((await kinesis.send(new PutRecordsCommand({ ...pins, Records }))).FailedRecordCount).toBe(0);
    const { Shards } = await kinesis.send(new ListShardsCommand(pins));
    expect(Shards?.map(({ ShardId }) => ShardId)).toEqual(['shardId-000000000000', 'shardId-000000000001']);
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        ...pins,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'AT_TIMESTAMP',
        Timestamp: new Date('2023-11-14T22:13:20Z'),
      }),
    );
    const got = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    expect(got.Records?.map(({ Data: bytes }) => Buffer.from(bytes!).toString())).toEqual(['héllo 📌', 'c']);
    expect(got.Records?.[0]?.ApproximateArrivalTimestamp).toEqual(new Date('2023-11-14T22:13:20Z'));
    expect(got.MillisBehindLatest).toBe(0);
    kinesis.destroy();
  });

  test('gets typed errors, and ids to ask about', async () => {
    const kinesis = client(await listen(await givenPins()), handler());
    const missing = kinesis.send(new DescribeStreamCommand({ StreamName: 'nope' }));
    await expect(missing).rejects.toThrow(ResourceNotFoundException);
    await expect(missing).rejects.toMatchObject({
      message: 'Stream nope under account 000000000000 not found.',
      $metadata: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), extendedRequestId: expect.any(String) },
    });
    kinesis.destroy();
  });

  test('puts 10 MiB in one request', async () => {
    const endpoint = await givenPins();
    const kinesis = client(await listen(endpoint), handler());
    const Records = Array.from({ length: 10 }, () => ({ PartitionKey: 'a', Data: Buffer.alloc(1024 * 1024 - 1) }));
    const put = await kinesis.send(new PutRecordsCommand({ StreamName: 'pins', Records }));
    expect(put.FailedRecordCount).toBe(0);
    expect(endpoint.log.endOffset('pins', 0)).toBe(10);
    kinesis.destroy();
  });

  test('retries a shard that is over its rate, and reports it in the end', async () => {
    const kinesis = client(await listen(await givenPins({ limits: 'aws' })), handler());
    const Records = Array.from({ length: 500 }, () => ({ PartitionKey: 'a', Data: Buffer.alloc(0) }));
    const put = () => kinesis.send(new PutRecordsCommand({ StreamName: 'pins', Records }));
    expect([(await put()).FailedRecordCount, (await put()).FailedRecordCount]).toEqual([0, 0]);
    const over = await put();
    expect(over.FailedRecordCount).toBe(500);
    expect(over.Records?.[0]?.ErrorCode).toBe('ProvisionedThroughputExceededException');
    kinesis.destroy();
  });
});

test('a client may use one connection again and again, by HTTP/1.1', async () => {
  const port = await listen(await givenPins());
  const text = `POST / HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: Kinesis_20131202.ListStreams\r\nContent-Length: 2\r\n`;
  const answers = await conversation(port, (socket) => {
    socket.write(`${text}\r\n{}`);
    socket.write(`${text}Connection: close\r\n\r\n{}`);
  });
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  expect(answers.match(/"StreamNames":\["pins"\]/g)).toHaveLength(2);
});

test("HTTP/2's preface may come in pieces", async () => {
  const port = await listen(await givenPins());
  const socket = connect(port, '127.0.0.1');
  const write = socket.write.bind(socket);
  socket.setNoDelay(true);
  write('PRI ');
  await new Promise((resolve) => setTimeout(resolve, 50));
  write('* HTTP/2.0\r\n\r\nSM\r\n\r\n');
  // An empty SETTINGS frame ends the client's half of the greeting.
  write(Buffer.from('000000040000000000', 'hex'));
  const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  // The server's own SETTINGS frame: type 4 on stream 0.
  expect([first[3], first.readUInt32BE(5)]).toEqual([4, 0]);
  socket.destroy();
});

test('several requests share an HTTP/2 connection', async () => {
  const port = await listen(await givenPins());
  const session = http2Connect(`http://localhost:${port}`);
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const stream = session.request({ ':method': 'POST', ':path': '/', ...JSON_HEADERS });
      let text = '';
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      stream.on('error', reject).on('end', () => resolve(text));
      stream.end('{}');
    });
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers.map((text) => (JSON.parse(text) as { StreamNames: string[] }).StreamNames)).toEqual([
    ['pins'],
    ['pins'],
    ['pins'],
  ]);
  await new Promise<void>((resolve) => session.close(() => resolve()));
});

test('a port in use is said in one line', async () => {
  const endpoint = await givenPins();
  const port = await listen(endpoint);
  await expect(listenKinesis(endpoint.kinesis, { port })).rejects.toThrow(
    `port ${port} for the Kinesis endpoint is in use by another program; pass --port with another one, or --port 0 for a free one`,
  );
});

test.each([
  ['a foreign Host', { host: 'evil.example' }, 'the Host header must name a loopback address'],
  [
    'a page of another origin',
    { origin: 'https://evil.example' },
    'a page of "https://evil.example" may not call this endpoint',
  ],
])('%s is refused', async (_, headers, why) => {
  const port = await listen(await givenPins());
  expect(await send(port, headers)).toEqual({
    status: 403,
    body: `<AccessDeniedException>\n  <Message>${why}</Message>\n</AccessDeniedException>\n`,
  });
});

test.each(['localhost', '127.0.0.1:4567', '[::1]:80'])('the Host %s is this machine', async (host) => {
  const port = await listen(await givenPins());
  expect((await send(port, { host })).status).toBe(200);
});

test('a body over 16 MiB is refused, whether its length is told or not, and the endpoint goes on', async () => {
  const port = await listen(await givenPins());
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n`;
  const told = await conversation(port, (socket) => socket.write(`${head}Content-Length: 16777217\r\n\r\n{}`));
  expect(told).toMatch(/^HTTP\/1\.1 413 /);
  const untold = await conversation(port, (socket) => {
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1024 * 1024, 0x20), Buffer.from('\r\n')]);
    for (let mib = 0; mib < 17; mib += 1) socket.write(chunk);
  });
  expect(untold).toMatch(/^HTTP\/1\.1 413 /);
  expect((await send(port)).status).toBe(200);
});

test('noise, silence and requests cut short leave it serving', async () => {
  const port = await listen(await givenPins());
  expect(await conversation(port, (socket) => socket.end('\x16\x03\x01 nonsense\r\n\r\n'))).toMatch(/^HTTP\/1\.1 400 /);
  await conversation(port, (socket) => socket.end());
  await conversation(port, (socket) => socket.end('PRI * HT'));
  await conversation(port, (socket) => socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense nonsense'));
  await conversation(port, (socket) => {
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{`, () => socket.destroy());
  });
  expect((await send(port)).status).toBe(200);
});
