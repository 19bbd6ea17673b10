import type { Outputs } from '@pipeline/emulator';
import { bent, cbor, json, large, value } from './hostile-values';
import type { Random } from './random';
import type { Shot } from './shots';

/** The three ports of a runtime, and the names behind them. */
export interface Aim {
  readonly outputs: Outputs;
  readonly apiPort: number;
  readonly kinesisPort: number;
  readonly proxyPort: number;
}

const MAX_BODY_BYTES = 10_485_760;
const JSON_V2 = 'application/vnd.kafka.json.v2+json';
const TYPES = [
  JSON_V2,
  'application/json',
  'application/vnd.kafka.binary.v2+json',
  'application/vnd.kafka.v2+json',
  'text/plain',
  ';;=',
  'application/x-amz-json-1.1',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'BREW', 'get'];
const ODD_SEGMENTS = [
  '',
  '.',
  '..',
  '%',
  '%00',
  '%2F',
  '%ff%fe',
  '..%2f..%2fetc%2fpasswd',
  '__proto__',
  'constructor',
  '{proxy+}',
  'a'.repeat(3000),
  '*',
  ';',
  '%F0%9F%93%8C',
  '-1',
  '99999999999',
  "'or'1'='1",
];
const OPERATIONS = [
  'PutRecord',
  'PutRecords',
  'GetRecords',
  'GetShardIterator',
  'ListShards',
  'ListStreams',
  'DescribeStream',
  'DescribeStreamSummary',
  'AddTagsToStream',
  'ListTagsForStream',
  'DescribeLimits',
  'CreateStream',
  'Nope',
  'SubscribeToShard',
];
const READS = [
  'views',
  'views/posts_by_join_year?layer=batch',
  'views/top_category_by_country',
  'views/nope',
  'counts',
  'health',
  'quarantine/pin?limit=9',
  'quarantine/pin?layer=speed&limit=-1',
  'views/pin?layer=%00',
  '',
  'console/main.js',
  'answers/top_category_by_country',
];

/** One request, of any kind, that is whole by the rules of HTTP. */
export function wholeRequest(random: Random, aim: Aim): Shot {
  const kind = random.below(100);
  if (kind < 2) return random.chance(0.5) ? largeRequest(random, aim) : computing(random, aim);
  if (kind < 25) return produce(random, aim);
  if (kind < 45) return stream(random, aim);
  if (kind < 70) return operation(random, aim);
  if (kind < 80) return consumer(random, aim);
  if (kind < 84) return foreign(random, aim);
  return anywhere(random, aim);
}

function largeRequest(random: Random, aim: Aim): Shot {
  const body = large(random);
  const shot = random.pick([
    () => post('large to the API', random, aim.apiPort, `${stage(aim)}topics/${aim.outputs.topics.pin}`, JSON_V2, body),
    () => put('large to a stream', random, aim, body),
    () => post('large to the proxy', random, aim.proxyPort, `/topics/${aim.outputs.topics.geo}`, JSON_V2, body),
    () => kinesis('large to Kinesis', random, aim, body),
  ])();
  // Who is over the cap may find the connection closed before it has read why.
  return body.length > MAX_BODY_BYTES ? { ...shot, wants: 'any' } : shot;
}

/** What makes the runtime compute, among everything else that is going on. */
function computing(random: Random, { apiPort }: Aim): Shot {
  const path = random.pick(['/flush', '/flush', '/rebuild']);
  return { ...whole('computing', random, apiPort, 'POST', path, {}, Buffer.alloc(0)), status: [200] };
}

function produce(random: Random, aim: Aim): Shot {
  const topic = random.chance(0.8) ? random.pick(Object.values(aim.outputs.topics)) : random.pick(ODD_SEGMENTS);
  const records = Array.from({ length: random.below(4) }, () =>
    bent(random, { key: 'k', value: { x: 1 }, partition: random.pick([0, 2, 3, 9]) }),
  );
  const body = json(random, bent(random, { records }));
  const path = `topics/${topic}${random.chance(0.2) ? `/partitions/${random.pick(['0', '-1', 'x', '9', '%30'])}` : ''}`;
  const type = random.chance(0.8) ? JSON_V2 : random.pick(TYPES);
  // A negative partition is a 500 of the real proxy.
  const mayFail = /-/.test(body.toString('latin1')) || path.endsWith('/-1');
  const shot = random.chance(0.5)
    ? post('produce through the API', random, aim.apiPort, stage(aim) + path, type, body)
    : post('produce', random, aim.proxyPort, `/${path}`, type, body);
  return mayFail ? { ...shot, status: [200, 400, 404, 405, 406, 413, 415, 422, 500] } : shot;
}

function stream(random: Random, aim: Aim): Shot {
  const name = random.pick(Object.values(aim.outputs.streams));
  const one = bent(random, { StreamName: name, Data: value(random), PartitionKey: 'k' });
  const many = bent(random, {
    records: Array.from({ length: random.below(4) }, () => bent(random, { data: value(random), 'partition-key': 'k' })),
  });
  return put('put to a stream', random, aim, json(random, random.chance(0.5) ? one : many), name);
}

function operation(random: Random, aim: Aim): Shot {
  const name = random.pick(OPERATIONS);
  const input = bent(random, {
    StreamName:
      name === 'CreateStream' ? random.pick(['pins', '', 'a/b']) : random.pick(Object.values(aim.outputs.streams)),
    ...random.pick([
      { Data: 'QQ==', PartitionKey: 'a' },
      {
        Records: [
          { Data: 'QQ==', PartitionKey: 'a' },
          { Data: '=', PartitionKey: 1 },
        ],
      },
      { ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' },
      { ShardIterator: 'AAAAAAAAAAE=', Limit: 10_001 },
      { ShardCount: 100_000_000 },
      { Tags: { a: 'b' }, Limit: 1 },
    ]),
  });
  return random.chance(0.5)
    ? kinesis(name, random, aim, json(random, input))
    : kinesis(`${name} in CBOR`, random, aim, cbor(random, input), 'application/x-amz-cbor-1.1', name);
}

function consumer(random: Random, aim: Aim): Shot {
  const instance = `/consumers/${random.pick(['g', '__proto__', '%00'])}/instances/${random.pick(['c', 'nope', 'constructor'])}`;
  const path = random.chance(0.3)
    ? `/consumers/${random.pick(['g', '__proto__', '%00'])}`
    : instance +
      random.pick([
        '',
        '/subscription',
        '/records?timeout=1',
        '/records?timeout=x&max_bytes=-5',
        '/offsets',
        '/positions',
        '/positions/end',
        '/assignments',
      ]);
  const topic = random.pick([...Object.values(aim.outputs.topics), 'nope']);
  const given = random.pick<Record<string, unknown>>([
    { name: 'c', format: 'json', 'auto.offset.reset': 'earliest' },
    { topics: [topic] },
    { topic_pattern: '(a+)+$' },
    { partitions: [{ topic, partition: random.pick([0, -1, 7]) }] },
    { offsets: [{ topic, partition: 0, offset: random.pick([0, -1, 1e15]) }] },
  ]);
  const method = random.pick(['GET', 'POST', 'POST', 'POST', 'DELETE']);
  const type = 'application/vnd.kafka.v2+json';
  return whole(
    'consumer',
    random,
    aim.proxyPort,
    method,
    path,
    { 'content-type': type, accept: random.pick([JSON_V2, '*/*']) },
    json(random, bent(random, given)),
  );
}

/** A name that may be another machine's, or a page of another origin that writes. */
function foreign(random: Random, aim: Aim): Shot {
  const port = anyPort(random, aim);
  const isHost = random.chance(0.5);
  const headers: Record<string, string> = isHost
    ? {
        host: random.pick([
          'evil.example',
          'evil.example:80',
          '10.0.0.1',
          '127.0.0.1.evil.example',
          'localhost@evil.example',
          '',
        ]),
      }
    : { origin: random.pick(['https://evil.example', 'null', 'http://127.0.0.1:1', 'file://']) };
  const topic = aim.outputs.topics.pin;
  const body = Buffer.from('{"records":[{"value":{"x":1}}]}');
  const path = port === aim.apiPort ? random.pick([`${stage(aim)}topics/${topic}`, '/flush']) : `/topics/${topic}`;
  return {
    ...whole('foreign', random, port, 'POST', path, { 'content-type': JSON_V2, ...headers }, body),
    status: [403],
  };
}

function anywhere(random: Random, aim: Aim): Shot {
  const port = anyPort(random, aim);
  const method = random.chance(0.6) ? 'GET' : random.pick(METHODS);
  const names = [
    ...Object.values(aim.outputs.topics),
    'topics',
    'streams',
    'dev',
    'views',
    'consumers',
    'brokers',
    'partitions',
    'record',
    'records',
  ];
  const segments = Array.from({ length: random.below(6) }, () =>
    random.pick(random.chance(0.6) ? names : ODD_SEGMENTS),
  );
  const odd =
    random.pick(['', '//', 'http://evil.example/', '*', '/\\', '?', '/?=&&%', '/dev?x=%ff', '/dev//', '/.%2e/']) +
    segments.join('/');
  const path = random.chance(0.3) ? `/${random.pick(READS)}` : random.chance(0.3) ? odd : `/${segments.join('/')}`;
  const headers = {
    'content-type': random.pick(TYPES),
    accept: random.pick([...TYPES, '*/*']),
    'x-amz-target': random.pick(['', 'Kinesis_20131202.', 'x', '\x80']),
    cookie: 'x'.repeat(random.below(2000)),
  };
  return whole('anywhere', random, port, method, path, headers, json(random, value(random)));
}

function anyPort(random: Random, { apiPort, kinesisPort, proxyPort }: Aim): number {
  return random.pick([apiPort, kinesisPort, proxyPort]);
}

function stage({ outputs }: Aim): string {
  return new URL(outputs.apiUrl).pathname;
}

function post(what: string, random: Random, port: number, path: string, type: string, body: Buffer): Shot {
  const accept = random.pick(['application/vnd.kafka.v2+json', '*/*', 'application/json', 'nonsense']);
  return whole(what, random, port, 'POST', path, { 'content-type': type, accept }, body);
}

function put(what: string, random: Random, aim: Aim, body: Buffer, name: string = aim.outputs.streams.pin): Shot {
  const path = `${stage(aim)}streams/${random.chance(0.9) ? name : random.pick(ODD_SEGMENTS)}/${random.pick(['record', 'records'])}`;
  const type = random.chance(0.9) ? 'application/json' : random.pick(TYPES);
  return whole(what, random, aim.apiPort, 'PUT', path, { 'content-type': type }, body);
}

function kinesis(
  what: string,
  random: Random,
  aim: Aim,
  body: Buffer,
  type = 'application/x-amz-json-1.1',
  operation = what,
): Shot {
  const target = OPERATIONS.includes(operation) ? operation : 'PutRecords';
  return whole(
    what,
    random,
    aim.kinesisPort,
    'POST',
    random.chance(0.9) ? '/' : '/?Action=PutRecord',
    {
      'content-type': type,
      'x-amz-target': `Kinesis_20131202.${target}`,
      authorization: 'AWS4-HMAC-SHA256 Credential=x',
    },
    body,
  );
}

function whole(
  what: string,
  random: Random,
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Buffer,
): Shot {
  const all = { host: `127.0.0.1:${port}`, connection: 'close', ...headers };
  const lines = Object.entries(all)
    .map(([name, text]) => `${name}: ${text}\r\n`)
    .join('');
  const isChunked = random.chance(0.2);
  const length = isChunked ? 'transfer-encoding: chunked' : `content-length: ${body.length}`;
  const head = Buffer.from(
    `${method} ${path === '' ? '/' : path.replaceAll(' ', '')} HTTP/1.1\r\n${lines}${length}\r\n\r\n`,
    'latin1',
  );
  const parts = isChunked ? chunks(random, body) : [body];
  return { what: `${what} (${method})`, port, bytes: [head, ...parts], wants: 'answer' };
}

function chunks(random: Random, body: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = Math.min(body.length - at, random.between(1, Math.max(body.length >> 2, 1)));
    parts.push(Buffer.from(`${size.toString(16)}\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'));
    at += size;
  }
  return [...parts, Buffer.from('0\r\n\r\n')];
}
