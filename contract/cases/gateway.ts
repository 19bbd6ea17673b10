import { match, ok, deepStrictEqual as same } from 'node:assert/strict';
import { DATASETS } from '@pipeline/datasets/schema';
import { at, type Case, fresh, statusAndText, type Target } from '../contract';
import { send, type WireAnswer } from '../wire';

/* The deployed API: routes, validators and mapping templates. */

const KAFKA_JSON = 'application/vnd.kafka.json.v2+json';
const KAFKA = 'application/vnd.kafka.v2+json';
const JSON_TYPE = 'application/json';

type Json = Record<string, unknown>;

const pins = ({ userId }: Target) => `streaming-${userId}-pin`;

function ask(
  target: Target,
  method: string,
  path: string,
  { body, type = JSON_TYPE, accept = '*/*' }: { body?: unknown; type?: string; accept?: string } = {},
): Promise<WireAnswer> {
  const headers: Record<string, string> = { accept };
  if (body !== undefined) headers['content-type'] = type;
  return send({
    method,
    url: at(target.gateway, path),
    headers,
    body:
      body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
}

/** Records of a shard from `sequenceNumber` on, read from the Kinesis endpoint. */
async function stored(target: Target, shard: string, sequenceNumber: string): Promise<{ data: string; key: string }[]> {
  const call = async (operation: string, input: Json) =>
    (
      await send({
        method: 'POST',
        url: target.kinesis!,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `Kinesis_20131202.${operation}`,
          authorization:
            'AWS4-HMAC-SHA256 Credential=contract/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0',
        },
        body: JSON.stringify(input),
      })
    ).json as Json;
  const { ShardIterator } = await call('GetShardIterator', {
    StreamName: pins(target),
    ShardId: shard,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    StartingSequenceNumber: sequenceNumber,
  });
  const { Records } = await call('GetRecords', { ShardIterator });
  return (Records as { Data: string; PartitionKey: string }[]).map(({ Data, PartitionKey }) => ({
    data: Buffer.from(Data, 'base64').toString('utf8'),
    key: PartitionKey,
  }));
}

const UNSIGNED = { auth: 'none' } as const;

function gateway(id: string, title: string, run: Case['run'], only: Case['only'] = UNSIGNED): Case {
  return { id, title, needs: ['gateway'], only, run };
}

function throughToKinesis(id: string, title: string, run: Case['run']): Case {
  return { id, title, needs: ['gateway', 'kinesis'], only: UNSIGNED, run };
}

const message = (status: number, text: string) => ({ status, text: `{"message":"${text}"}` });

export const GATEWAY_CASES: readonly Case[] = [
  gateway('G1', 'a produce goes to the proxy, and its answer comes back with ids', async (target) => {
    const body = { records: [{ key: '1', value: { a: 1 } }] };
    const answer = await ask(target, 'POST', `topics/${target.userId}.pin`, { body, type: KAFKA_JSON, accept: KAFKA });
    same(answer.status, 200, answer.text);
    match(answer.text, /^\{"offsets":\[\{"partition":1,"offset":\d+,"error_code":null,"error":null\}\],/);
    same(answer.headers['content-type'], KAFKA);
    ok(answer.headers['x-amzn-requestid'], 'no x-amzn-RequestId');
  }),
  gateway('G2', 'no route matches the root', async (target) => {
    const answer = await ask(target, 'GET', '');
    same(statusAndText(answer), message(403, 'Missing Authentication Token'));
    same(answer.headers['x-amzn-errortype'], 'MissingAuthenticationTokenException');
  }),
  gateway('G3', 'GET /streams is answered by Kinesis', async (target) => {
    const answer = await ask(target, 'GET', 'streams');
    same(answer.status, 200, answer.text);
    const names = (answer.json as { StreamNames: string[] }).StreamNames;
    for (const dataset of DATASETS) ok(names.includes(`streaming-${target.userId}-${dataset}`), answer.text);
  }),
  gateway('G4', 'a verb that /streams lacks goes to the proxy', async (target) => {
    const answer = await ask(target, 'POST', 'streams', { body: {}, accept: KAFKA });
    same(statusAndText(answer), { status: 404, text: '{"error_code":404,"message":"HTTP 404 Not Found"}' });
  }),
  gateway('G5', 'a slash at the end changes nothing', async (target) => {
    const answer = await ask(target, 'GET', `streams/${pins(target)}/`);
    same(answer.status, 200, answer.text);
    same((answer.json as { StreamDescription: Json }).StreamDescription.StreamName, pins(target));
  }),
  gateway('G7', 'a body that breaks the envelope is 400', async (target) => {
    const wrong: [string, unknown][] = [
      ['record', {}],
      ['record', { Data: {} }],
      ['record', { Data: {}, PartitionKey: '' }],
      ['record', { Data: {}, PartitionKey: 1 }],
      ['records', { records: [] }],
      ['records', { records: {} }],
      ['records', { records: [{ data: {} }] }],
      ['records', { records: Array(501).fill({ data: 1, 'partition-key': 'a' }) }],
    ];
    for (const [route, body] of wrong) {
      const answer = await ask(target, 'PUT', `streams/${pins(target)}/${route}`, { body });
      same(statusAndText(answer), message(400, 'Invalid request body'), JSON.stringify(body).slice(0, 80));
      same(answer.headers['x-amzn-errortype'], 'BadRequestException');
    }
  }),
  gateway('G8', 'an empty body is validated as {}', async (target) => {
    same(
      statusAndText(await ask(target, 'PUT', `streams/${pins(target)}/record`)),
      message(400, 'Invalid request body'),
    );
  }),
  gateway('G10', 'a content type without a template is 415', async (target) => {
    for (const type of ['text/plain', 'application/x-amz-json-1.1']) {
      const body = { Data: {}, PartitionKey: 'a' };
      same(
        statusAndText(await ask(target, 'PUT', `streams/${pins(target)}/record`, { body, type })),
        message(415, 'Unsupported Media Type'),
      );
    }
  }),
  throughToKinesis('G12', 'an object is stored as its JSON', async (target) => {
    const body = { StreamName: 'ignored', Data: { i: 1, text: `it's "quoted" {k=v} $x #if é 📌` }, PartitionKey: 'a' };
    const answer = await ask(target, 'PUT', `streams/${pins(target)}/record`, { body });
    same(answer.status, 200, answer.text);
    const { ShardId, SequenceNumber } = answer.json as { ShardId: string; SequenceNumber: string };
    const [record] = await stored(target, ShardId, SequenceNumber);
    same(JSON.parse(record!.data), { i: 1, text: `it's "quoted" {k=v} $x #if é 📌` });
    same(record!.key, 'a');
  }),
  throughToKinesis('G13', 'a text is stored with its quotes', async (target) => {
    const answer = await ask(target, 'PUT', `streams/${pins(target)}/record`, {
      body: { Data: 'x', PartitionKey: 'a' },
    });
    const { ShardId, SequenceNumber } = answer.json as { ShardId: string; SequenceNumber: string };
    same((await stored(target, ShardId, SequenceNumber))[0]!.data, '"x"');
  }),
  throughToKinesis(
    'G14',
    'in /records too an object is stored as its JSON, and a key cannot break out of its field',
    async (target) => {
      const key = `it's","PartitionKey":"é📌\\`;
      const records = [
        { data: { i: 1, nested: [{ a: 'b' }] }, 'partition-key': key },
        { data: [1, null, 'x'], 'partition-key': key },
      ];
      const answer = await ask(target, 'PUT', `streams/${pins(target)}/records`, { body: { records } });
      same(answer.status, 200, answer.text);
      const { FailedRecordCount, Records } = answer.json as {
        FailedRecordCount: number;
        Records: { ShardId: string; SequenceNumber: string }[];
      };
      same([FailedRecordCount, Records.length], [0, 2]);
      const [first, second] = await stored(target, Records[0]!.ShardId, Records[0]!.SequenceNumber);
      same([JSON.parse(first!.data), first!.key], [{ i: 1, nested: [{ a: 'b' }] }, key]);
      same([JSON.parse(second!.data), second!.key], [[1, null, 'x'], key]);
    },
  ),
  gateway('G15', '500 records are taken at once', async (target) => {
    const records = Array.from({ length: 500 }, (_, i) => ({ data: { i }, 'partition-key': String(i) }));
    const answer = await ask(target, 'PUT', `streams/${pins(target)}/records`, { body: { records } });
    same(answer.status, 200, answer.text.slice(0, 300));
    const { FailedRecordCount, Records } = answer.json as { FailedRecordCount: number; Records: object[] };
    same([FailedRecordCount, Records.length], [0, 500]);
  }),
  gateway('G16', 'a stream is made, described and deleted', async (target) => {
    const name = fresh(`streaming-${target.userId}-contract`);
    const made = await ask(target, 'POST', `streams/${name}`, { body: { ShardCount: 1 } });
    same(made.status, 200, made.text);
    same((await ask(target, 'GET', `streams/${name}`)).status, 200);
    same((await ask(target, 'DELETE', `streams/${name}`)).status, 200);
  }),
  gateway('G18', 'an error of Kinesis is not answered with 200', async (target) => {
    const answer = await ask(target, 'PUT', `streams/streaming-${target.userId}-nope/record`, {
      body: { Data: {}, PartitionKey: 'a' },
    });
    same(answer.status, 400, answer.text);
    match(answer.text, /ResourceNotFoundException/);
  }),
  gateway(
    'G27',
    'an unsigned request is refused like a wrong path',
    async (target) => {
      same(statusAndText(await ask(target, 'GET', 'streams')), message(403, 'Missing Authentication Token'));
    },
    { auth: 'iam' },
  ),
  gateway(
    'G28',
    'more requests than the stage allows are 429',
    async (target) => {
      const answers: WireAnswer[] = [];
      const deadline = Date.now() + 20_000;
      const lane = async () => {
        while (Date.now() < deadline && answers.length < 20_000 && answers.at(-1)?.status !== 429) {
          answers.push(await ask(target, 'GET', 'topics', { accept: KAFKA }));
        }
      };
      await Promise.all(Array.from({ length: 32 }, lane));
      const throttled = answers.filter(({ status }) => status === 429);
      ok(throttled.length > 0, 'nothing was throttled');
      same(statusAndText(throttled[0]!), message(429, 'Too Many Requests'));
      ok(answers.every(({ status }) => status === 200 || status === 429));
    },
    { auth: 'none', limits: 'aws' },
  ),
  gateway('G29', 'a body over 10 MiB is 413 in plain text', async (target) => {
    const answer = await ask(target, 'PUT', `streams/${pins(target)}/record`, { body: Buffer.alloc(10_485_761, 32) });
    same(statusAndText(answer), { status: 413, text: 'HTTP content length exceeded 10485760 bytes.' });
  }),
  gateway('G31', 'what the proxy refuses comes back unchanged', async (target) => {
    const answer = await ask(target, 'POST', `topics/${target.userId}.pin`, {
      body: { receiver: 1 },
      type: KAFKA_JSON,
      accept: KAFKA,
    });
    same(statusAndText(answer), { status: 422, text: '{"error_code":422,"message":"Unrecognized field: receiver"}' });
  }),
  gateway(
    'G34',
    'an answer is an object with its type and its ETag, and the index says how old it is',
    async (target) => {
      const answer = await ask(target, 'GET', 'views/top_category_by_year');
      same(answer.status, 200, answer.text);
      match(answer.headers['content-type'] ?? '', /^application\/json/);
      match(answer.headers.etag ?? '', /^"[0-9a-f]{32}"$/);
      same(answer.headers['cache-control'], 'no-cache');
      const { columns, rows } = answer.json as { columns: Json[]; rows: unknown[][] };
      same(
        columns.map(({ name }) => name),
        ['post_year', 'category', 'category_count'],
      );
      ok(rows.every((row) => row.length === 3));

      const { asOf, views, counts } = (await ask(target, 'GET', 'views')).json as Json;
      ok(!Number.isNaN(Date.parse(String(asOf))), `asOf is not a time: ${asOf}`);
      ok((views as Json[]).some(({ name, grain }) => name === 'top_category_by_year' && typeof grain === 'string'));
      const { read, clean, quarantined, duplicates } = (
        counts as Record<string, Record<string, Record<string, number>>>
      ).batch!.pin!;
      same(read, clean! + quarantined! + duplicates!);
    },
  ),
  gateway('G35', 'an answer that is still the same is 304 without a body', async (target) => {
    const path = 'views/users_joined_by_year?layer=batch';
    const { headers } = await ask(target, 'GET', path);
    const again = await send({
      method: 'GET',
      url: at(target.gateway, path),
      headers: { 'if-none-match': headers.etag ?? '' },
    });
    same(statusAndText(again), { status: 304, text: '' });
    same(again.headers.etag, headers.etag);
  }),
  gateway('G36', 'each layer has its own answer; without a layer, serving answers', async (target) => {
    const types = await Promise.all(
      ['', '?layer=', '?layer=serving', '?layer=batch', '?layer=speed'].map((query) =>
        ask(target, 'GET', `views/posts_by_category_and_year${query}`),
      ),
    );
    same(
      types.map(({ status }) => status),
      [200, 200, 200, 200, 200],
    );
    same(types[0]!.text, types[2]!.text);
    same(types[1]!.text, types[2]!.text);
  }),
  gateway('G37', 'a wrong layer is 400; an unknown view is 404 with the list of the views', async (target) => {
    const known = ((await ask(target, 'GET', 'views')).json as { views: Json[] }).views.map(({ name }) => name);
    // A mapping template prints a line's end after its text.
    const told = async (path: string) => {
      const { status, text } = statusAndText(await ask(target, 'GET', path));
      return { status, text: text.trimEnd() };
    };
    same(
      await told("views/top_category_by_year?layer=bat'ch%22"),
      message(400, `layer must be one of batch, speed, serving, got 'bat'ch\\"'`),
    );
    same(await told('views/toast?layer=batch'), message(404, `no view 'toast' (known: ${known.join(', ')})`));
    same((await ask(target, 'GET', 'views/..%2Findex')).status, 404);
  }),
];
