import { match, ok, deepStrictEqual as same } from 'node:assert/strict';
import { at, type Case, fresh, statusAndText, type Target } from '../contract';
import { send, type WireAnswer } from '../wire';

/*
 * The Kafka REST proxy itself, called directly. The records go to the environment's pin topic, so its readers must accept
 * wrong records. Cleaning puts these records in quarantine.
 */

const V2 = 'application/vnd.kafka.v2+json';
const JSON_V2 = 'application/vnd.kafka.json.v2+json';
const BINARY_V2 = 'application/vnd.kafka.binary.v2+json';

interface Offset {
  partition: number | null;
  offset: number | null;
  error_code: number | null;
  error: string | null;
}

const topic = ({ userId }: Target) => `${userId}.pin`;

function get(target: Target, path: string, headers: Record<string, string> = {}): Promise<WireAnswer> {
  return send({ method: 'GET', url: at(target.proxy, path), headers });
}

/** @param contentType null for no Content-Type header */
function post(target: Target, path: string, body: unknown, contentType: string | null = JSON_V2): Promise<WireAnswer> {
  return send({
    method: 'POST',
    url: at(target.proxy, path),
    headers: contentType === null ? {} : { 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const produce = (target: Target, records: unknown[], below = '') =>
  post(target, `topics/${topic(target)}${below}`, { records });
const offsetsOf = (answer: WireAnswer) => (answer.json as { offsets: Offset[] }).offsets;

/** The last `count` values of a partition, as text, read by a new consumer. */
async function lastValues(target: Target, partition: number, count: number): Promise<string[]> {
  const group = fresh('contract');
  const made = await post(target, `consumers/${group}`, { name: 'c', format: 'binary' }, V2);
  same(made.status, 200, made.text);
  const consumer = `consumers/${group}/instances/c`;
  const offsets = await get(target, `topics/${topic(target)}/partitions/${partition}/offsets`);
  const { end_offset } = offsets.json as { end_offset: number };
  const place = { topic: topic(target), partition };
  same((await post(target, `${consumer}/assignments`, { partitions: [place] }, V2)).status, 204);
  same(
    (await post(target, `${consumer}/positions`, { offsets: [{ ...place, offset: end_offset - count }] }, V2)).status,
    204,
  );
  const values: string[] = [];
  for (let tries = 0; tries < 20 && values.length < count; tries++) {
    const read = await get(target, `${consumer}/records?timeout=1000`, { accept: BINARY_V2 });
    same(read.status, 200, read.text);
    for (const { value } of read.json as { value: string }[])
      values.push(Buffer.from(value, 'base64').toString('utf8'));
  }
  await send({ method: 'DELETE', url: at(target.proxy, consumer), headers: { 'content-type': V2 } });
  return values;
}

function kafka(id: string, title: string, run: Case['run']): Case {
  return { id, title, needs: ['proxy'], run };
}

export const KAFKA_REST_CASES: readonly Case[] = [
  kafka('K1', 'the topics are listed', async (target) => {
    const answer = await get(target, 'topics');
    same(answer.status, 200);
    same(answer.headers['content-type'], V2);
    ok((answer.json as string[]).includes(topic(target)), answer.text);
  }),
  kafka('K2', 'a topic has configs and partitions', async (target) => {
    const answer = await get(target, `topics/${topic(target)}`);
    same(answer.status, 200);
    const { name, configs, partitions } = answer.json as {
      name: string;
      configs: object;
      partitions: { replicas: object[] }[];
    };
    same(name, topic(target));
    ok('cleanup.policy' in configs, answer.text);
    same(partitions.length, 3);
    ok(
      partitions.every(({ replicas }) => replicas.every((replica) => 'in_sync' in replica)),
      answer.text,
    );
  }),
  kafka('K3', 'an unknown topic is 404', async (target) => {
    const answer = await get(target, 'topics/no-such-topic');
    same(answer.status, 404);
    match(answer.text, /^\{"error_code":4040[13],"message":"/);
  }),
  kafka('K4', 'an unknown partition is 404', async (target) => {
    same(statusAndText(await get(target, `topics/${topic(target)}/partitions/9`)), {
      status: 404,
      text: '{"error_code":40402,"message":"Partition not found."}',
    });
  }),
  kafka('K5', 'the brokers are listed', async (target) => {
    const answer = await get(target, 'brokers');
    same(answer.status, 200);
    ok((answer.json as { brokers: number[] }).brokers.length > 0, answer.text);
  }),
  kafka('K6', 'the answer to a produce has every field, nulls too, in order', async (target) => {
    const answer = await produce(target, [{ value: { a: 1 } }]);
    same(answer.status, 200);
    same(answer.headers['content-type'], V2);
    match(
      answer.text,
      /^\{"offsets":\[\{"partition":[012],"offset":\d+,"error_code":null,"error":null\}\],"key_schema_id":null,"value_schema_id":null\}$/,
    );
  }),
  kafka('K7', 'keys choose the partition by murmur2 over their JSON bytes', async (target) => {
    const answer = await produce(
      target,
      ['abc', '1', 'é'].map((key) => ({ key, value: 1 })),
    );
    same(
      offsetsOf(answer).map(({ partition }) => partition),
      [0, 1, 2],
    );
  }),
  kafka('K8', 'the same key goes to the same partition, offsets in order', async (target) => {
    const [first, second] = offsetsOf(
      await produce(target, [
        { key: 'k', value: 1 },
        { key: 'k', value: 2 },
      ]),
    );
    same(second, { ...first, offset: first!.offset! + 1 });
  }),
  kafka('K9', 'a record may name its partition', async (target) => {
    same(offsetsOf(await produce(target, [{ value: 1, partition: 2 }]))[0]!.partition, 2);
  }),
  kafka('K10', "a record's partition goes before the path's", async (target) => {
    const answer = await produce(target, [{ value: 1, partition: 2 }, { value: 2 }], '/partitions/1');
    same(
      offsetsOf(answer).map(({ partition }) => partition),
      [2, 1],
    );
  }),
  kafka('K11', 'the keyless records of a small request go to one partition', async (target) => {
    const offsets = offsetsOf(
      await produce(
        target,
        Array.from({ length: 10 }, (_, value) => ({ value })),
      ),
    );
    same(new Set(offsets.map(({ partition }) => partition)).size, 1);
    same(
      offsets.map(({ offset }) => offset! - offsets[0]!.offset!),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  }),
  kafka('K12', "another content type than Kafka's is 415", async (target) => {
    for (const type of ['application/json', V2, 'application/vnd.kafka+json', 'text/plain']) {
      same(statusAndText(await post(target, `topics/${topic(target)}`, { records: [{ value: 1 }] }, type)), {
        status: 415,
        text: '{"error_code":415,"message":"HTTP 415 Unsupported Media Type"}',
      });
    }
  }),
  kafka('K12b', 'a produce without a content type is read as binary', async (target) => {
    const path = `topics/${topic(target)}`;
    same(statusAndText(await post(target, path, { records: [{ value: 1 }] }, null)), {
      status: 400,
      text: '{"error_code":400,"message":"Bad Request: data=1 is not a base64 string."}',
    });
    same((await post(target, path, { records: [{ value: 'aGk=' }] }, null)).status, 200);
  }),
  kafka('K13', 'a missing body is 422 and names the argument', async (target) => {
    same(statusAndText(await post(target, `topics/${topic(target)}`, '')), {
      status: 422,
      text: '{"error_code":422,"message":"produceJson.arg2 must not be null (was null)"}',
    });
    same(statusAndText(await post(target, `topics/${topic(target)}/partitions/0`, '')), {
      status: 422,
      text: '{"error_code":422,"message":"produceJson.arg3 must not be null (was null)"}',
    });
  }),
  kafka('K14', 'a produce without records is 422', async (target) => {
    for (const body of ['{"records":[]}', '{}', '{"records":null}']) {
      same(statusAndText(await post(target, `topics/${topic(target)}`, body)), {
        status: 422,
        text: '{"error_code":422,"message":"produceJson.arg2.records must not be empty (was [])"}',
      });
    }
  }),
  kafka('K15', 'an unknown field is 422 and named', async (target) => {
    same(statusAndText(await post(target, `topics/${topic(target)}`, { receiver: 1 })), {
      status: 422,
      text: '{"error_code":422,"message":"Unrecognized field: receiver"}',
    });
  }),
  kafka('K16', 'broken JSON is 400', async (target) => {
    const answer = await post(target, `topics/${topic(target)}`, '{"records":[');
    same([answer.status, (answer.json as { error_code: number }).error_code], [400, 400]);
  }),
  kafka('K17', 'a record for a partition that does not exist fails alone, within a 200', async (target) => {
    const answer = await produce(target, [{ value: 1, partition: 9 }]);
    same(answer.status, 200);
    const [failed] = offsetsOf(answer);
    same([failed!.partition, failed!.offset, failed!.error_code], [null, null, 50003]);
  }),
  kafka('K18', 'a record over 1 MiB fails alone', async (target) => {
    const answer = await produce(target, [{ value: 'x'.repeat(1_100_000) }, { value: 'small' }]);
    same(answer.status, 200);
    const [large, small] = offsetsOf(answer);
    same([large!.error_code, small!.error_code], [50002, null]);
    ok(typeof small!.offset === 'number', answer.text);
  }),
  kafka('K19', 'a value that is not base64 is 400 in the binary format', async (target) => {
    const answer = await post(target, `topics/${topic(target)}`, { records: [{ value: '!!' }] }, BINARY_V2);
    same(answer.status, 400);
    match(answer.text, /is not a valid base64 string/);
  }),
  kafka('K20', 'blanks are removed and the order of fields stays', async (target) => {
    const body = '{"records":[{"partition":0,"value":{ "b" : 1, "a" : 2 }}]}';
    same((await post(target, `topics/${topic(target)}`, body)).status, 200);
    same(await lastValues(target, 0, 1), ['{"b":1,"a":2}']);
  }),
  kafka('K21', 'é stays raw and an emoji becomes two escapes', async (target) => {
    same((await produce(target, [{ partition: 0, value: 'héllo 📌' }])).status, 200);
    same(await lastValues(target, 0, 1), ['"héllo \\uD83D\\uDCCC"']);
  }),
  kafka('K22', 'an Accept that the proxy cannot serve is 406 without a content type', async (target) => {
    for (const accept of ['text/plain', 'application/json']) {
      const answer = await get(target, 'topics', { accept });
      same(statusAndText(answer), { status: 406, text: '{"error_code":406,"message":"HTTP 406 Not Acceptable"}' });
      same(answer.headers['content-type'], undefined);
    }
  }),
];
