import { type Answer, BINARY_V2, GivenProxy, JSON_V2, V2 } from '../testing/proxy';
import { CommittedOffsets } from './committed';

let given: GivenProxy;
let nowMs: number;
beforeEach(async () => {
  nowMs = 1_000_000;
  given = await GivenProxy.open({ now: () => nowMs, random: () => 0 });
});
afterEach(() => given.close());

const INSTANCE = '/consumers/g/instances/c1';
const create = (config: Record<string, unknown> = {}, group = 'g') =>
  given.post(`/consumers/${group}`, { name: 'c1', format: 'json', 'auto.offset.reset': 'earliest', ...config }, V2);
const read = (instance: `/${string}` = INSTANCE, query = 'timeout=1', accept = JSON_V2) =>
  given.send(`GET ${instance}/records?${query}`, { headers: { accept } });
const subscribe = (instance: `/${string}` = INSTANCE, body: unknown = { topics: ['pin'] }) =>
  given.post(`${instance}/subscription`, body, V2);
const produce = (partition: number, ...values: unknown[]) =>
  given.post(`/topics/pin/partitions/${partition}`, { records: values.map((value) => ({ value })) });
const values = ({ json }: Answer) => (json as { value: unknown }[]).map(({ value }) => value);

test('create, subscribe, read, commit, delete', async () => {
  expect(
    await given.send('POST /consumers/g', {
      headers: { 'content-type': V2, host: 'proxy:8082' },
      body: '{"name":"c1","format":"json","auto.offset.reset":"earliest","auto.commit.enable":"true"}',
    }),
  ).toMatchObject({
    status: 200,
    headers: { 'content-type': V2 },
    text: '{"instance_id":"c1","base_uri":"http://proxy:8082/consumers/g/instances/c1"}',
  });
  expect(await subscribe()).toMatchObject({ status: 204, text: '', headers: {} });
  await given.post('/topics/pin/partitions/2', { records: [{ key: 'k', value: { a: '📌' } }, { value: null }] });
  expect(await read()).toMatchObject({
    status: 200,
    headers: { 'content-type': JSON_V2 },
    text: '[{"topic":"pin","key":"k","value":{"a":"\\uD83D\\uDCCC"},"partition":2,"offset":0},{"topic":"pin","key":null,"value":null,"partition":2,"offset":1}]',
  });
  expect((await read()).text).toBe('[]');
  expect(await given.send(`DELETE ${INSTANCE}`)).toMatchObject({ status: 204, text: '' });
  expect(await read()).toMatchObject({
    status: 404,
    text: '{"error_code":40403,"message":"Consumer instance not found."}',
  });
});

test('without a body an instance gets a name, and the binary format', async () => {
  const { json } = await given.send('POST /consumers/g', { headers: { 'content-type': V2 } });
  const { instance_id: name } = json as { instance_id: string };
  expect(name).toMatch(/^rest-consumer-[0-9a-f-]{36}$/);
  const instance = `/consumers/g/instances/${name}` as const;
  await given.post(`${instance}/assignments`, { partitions: [{ topic: 'pin', partition: 0 }] }, V2);
  await given.post(`${instance}/positions/beginning`, { partitions: [{ topic: 'pin', partition: 0 }] }, V2);
  await produce(0, 'a');
  expect(await read(instance, 'timeout=1', '*/*')).toMatchObject({
    headers: { 'content-type': BINARY_V2 },
    text: '[{"topic":"pin","key":null,"value":"ImEi","partition":0,"offset":0}]',
  });
});

test('a name is taken once in a group, and again in another', async () => {
  await create();
  expect(await create()).toMatchObject({
    status: 409,
    text: '{"error_code":40902,"message":"Consumer with specified consumer ID already exists in the specified consumer group."}',
  });
  expect((await create({}, 'other')).status).toBe(200);
});

test.each([
  [
    { 'auto.offset.reset': 'sometimes' },
    42204,
    /^Invalid consumer configuration: Invalid value sometimes for configuration auto.offset.reset/,
  ],
  [{ 'auto.commit.enable': 'maybe' }, 42204, /^Invalid consumer configuration: Invalid value maybe/],
  [{ format: 'avro' }, 42204, /the avro format needs a Schema Registry/],
  [{ format: 'xml' }, 422, /^Invalid format type\.$/],
  [{ colour: 'red' }, 422, /^Unrecognized field: colour$/],
])('a configuration of %j is 422', async (config, code, message) => {
  const answer = await create(config);
  expect(answer).toMatchObject({ status: 422, json: { error_code: code } });
  expect((answer.json as { message: string }).message).toMatch(message);
});

test('a read accepts the format of the consumer alone', async () => {
  await create();
  await subscribe();
  expect(await read(INSTANCE, 'timeout=1', BINARY_V2)).toMatchObject({
    status: 406,
    headers: { 'content-type': BINARY_V2 },
    text: '{"error_code":40601,"message":"The requested embedded data format does not match the deserializer for this consumer instance"}',
  });
  expect((await read(INSTANCE, 'timeout=1', '*/*')).status).toBe(406);
  expect((await read(INSTANCE, 'timeout=1', 'text/plain')).text).toBe(
    '{"error_code":406,"message":"HTTP 406 Not Acceptable"}',
  );
});

test('a read waits for records, and no longer than the timeout', async () => {
  await create();
  await subscribe();
  const waiting = read(INSTANCE, 'timeout=900');
  await given.log.createTopic('other', { partitions: 1 });
  await given.log.append([{ topic: 'other', partition: 0, records: [{ key: null, value: Buffer.from('1') }] }]);
  await produce(1, 'late');
  expect(values(await waiting)).toEqual(['late']);
});

test('max_bytes bounds what is read; the rest comes next', async () => {
  await create();
  await subscribe();
  await produce(0, 'aaaa', 'bbbb', 'cccc');
  // Each value takes 6 bytes, and what reaches the bound is left.
  expect(values(await read(INSTANCE, 'timeout=1&max_bytes=12'))).toEqual(['aaaa']);
  expect(values(await read(INSTANCE, 'timeout=1&max_bytes=13'))).toEqual(['bbbb', 'cccc']);
});

test('a consumer of latest records sees what comes after its first read', async () => {
  await create({ 'auto.offset.reset': 'latest' });
  await subscribe();
  await produce(0, 'before');
  expect((await read()).text).toBe('[]');
  await produce(0, 'after');
  expect(values(await read())).toEqual(['after']);
});

test('a consumer without a reset says where it has no offset', async () => {
  await create({ 'auto.offset.reset': 'none' });
  await given.post(`${INSTANCE}/assignments`, { partitions: [{ topic: 'pin', partition: 1 }] }, V2);
  expect(await read()).toMatchObject({
    status: 500,
    json: { error_code: 50002, message: 'Kafka error: Undefined offset with no reset policy for partitions: [pin-1]' },
  });
});

test('a record that is no JSON stops a json consumer for good, after what came before it', async () => {
  await create();
  await subscribe();
  await produce(0, 'good');
  await given.post('/topics/pin/partitions/0', { records: [{ value: 'YQ==' }] }, BINARY_V2);
  expect(values(await read())).toEqual(['good']);
  for (let tries = 0; tries < 2; tries += 1) {
    expect(await read()).toMatchObject({
      status: 408,
      headers: { 'content-type': JSON_V2 },
      json: { error_code: 40801 },
    });
  }
});

test('offsets: committed by record read, by hand, and read back; they survive the instance', async () => {
  await create({ 'auto.commit.enable': 'false' });
  await subscribe();
  await produce(0, 'a', 'b', 'c');
  await read();
  const partitions = JSON.stringify({
    partitions: [
      { topic: 'pin', partition: 0 },
      { topic: 'pin', partition: 1 },
    ],
  });
  const committed = () => given.send(`GET ${INSTANCE}/offsets`, { headers: { 'content-type': V2 }, body: partitions });
  expect((await committed()).text).toBe('{"offsets":[]}');
  await given.send(`POST ${INSTANCE}/offsets`, { headers: { 'content-type': V2 } });
  expect((await committed()).json).toEqual({
    offsets: [
      { topic: 'pin', partition: 0, offset: 3, metadata: '' },
      { topic: 'pin', partition: 1, offset: 0, metadata: '' },
    ],
  });
  const byHand = { offsets: [{ topic: 'pin', partition: 0, offset: 0, metadata: 'first' }] };
  expect((await given.post(`${INSTANCE}/offsets`, byHand, V2)).status).toBe(200);
  expect((await committed()).json).toMatchObject({ offsets: [{ offset: 1, metadata: 'first' }, { offset: 0 }] });
  await given.send(`DELETE ${INSTANCE}`);

  await create();
  await subscribe();
  expect(values(await read())).toEqual(['b', 'c']);
});

test('a consumer that commits by itself does so after five seconds and when it goes', async () => {
  await create();
  await subscribe();
  await produce(0, 'a', 'b');
  await read();
  const committed = new CommittedOffsets(given.log);
  const place = { topic: 'pin', partition: 0 };
  expect(committed.find('g', place)).toBeUndefined();
  nowMs += 5_000;
  await read();
  expect(committed.find('g', place)).toEqual({ offset: 2, metadata: '' });
  await produce(0, 'c');
  await read();
  await given.send(`DELETE ${INSTANCE}`);
  expect(committed.find('g', place)).toEqual({ offset: 3, metadata: '' });
});

test('an instance that is idle for five minutes is gone; use keeps it', async () => {
  await create();
  await subscribe();
  nowMs += 299_999;
  expect((await read()).status).toBe(200);
  nowMs += 299_999;
  expect((await read()).status).toBe(200);
  nowMs += 300_000;
  expect((await read()).status).toBe(404);
});

test('positions are set within what is assigned', async () => {
  await create();
  const partitions = [{ topic: 'pin', partition: 0 }];
  expect(
    await given.post(`${INSTANCE}/positions`, { offsets: [{ topic: 'pin', partition: 0, offset: 1 }] }, V2),
  ).toMatchObject({
    status: 409,
    json: { error_code: 40903, message: 'Illegal state: No current assignment for partition pin-0' },
  });
  expect((await given.post(`${INSTANCE}/assignments`, { partitions }, V2)).status).toBe(204);
  expect((await given.send(`GET ${INSTANCE}/assignments`)).text).toBe('{"partitions":[{"topic":"pin","partition":0}]}');
  await produce(0, 'a', 'b', 'c');
  await given.post(`${INSTANCE}/positions`, { offsets: [{ topic: 'pin', partition: 0, offset: 2 }] }, V2);
  expect(values(await read())).toEqual(['c']);
  await given.post(`${INSTANCE}/positions/beginning`, { partitions }, V2);
  expect(values(await read())).toEqual(['a', 'b', 'c']);
  await given.post(`${INSTANCE}/positions/beginning`, { partitions }, V2);
  await given.post(`${INSTANCE}/positions/end`, { partitions }, V2);
  expect(values(await read())).toEqual([]);
});

test('subscription and assignment exclude each other until the subscription ends', async () => {
  await create();
  const partitions = [{ topic: 'pin', partition: 0 }];
  expect(await read()).toMatchObject({ status: 409, json: { error_code: 40903 } });
  await subscribe();
  expect((await given.send(`GET ${INSTANCE}/subscription`)).text).toBe('{"topics":["pin"]}');
  expect(await given.post(`${INSTANCE}/assignments`, { partitions }, V2)).toMatchObject({
    status: 409,
    json: {
      error_code: 40903,
      message: 'Illegal state: Subscription to topics, partitions and pattern are mutually exclusive',
    },
  });
  expect((await given.send(`DELETE ${INSTANCE}/subscription`)).status).toBe(204);
  expect((await given.send(`GET ${INSTANCE}/subscription`)).text).toBe('{"topics":[]}');
  expect((await given.post(`${INSTANCE}/assignments`, { partitions }, V2)).status).toBe(204);
  expect((await subscribe()).status).toBe(409);
});

test('a pattern means all topics it fits, later ones too; one that takes for ever is refused', async () => {
  await create();
  expect((await subscribe(INSTANCE, { topic_pattern: 'p.*' })).status).toBe(204);
  await given.log.createTopic('park', { partitions: 1 });
  await given.log.createTopic('opin', { partitions: 1 });
  expect((await given.send(`GET ${INSTANCE}/subscription`)).text).toBe('{"topics":["park","pin"]}');
  await given.log.createTopic('a'.repeat(200), { partitions: 1 });
  expect(await subscribe(INSTANCE, { topic_pattern: '(a|a)*b' })).toMatchObject({ status: 400 });
  expect(await subscribe(INSTANCE, { topic_pattern: '(' })).toMatchObject({ status: 400 });
});

test('members of a group share the partitions, and hand on what they have read', async () => {
  await create({ name: 'c1' });
  await create({ name: 'c2' });
  const other = '/consumers/g/instances/c2';
  await subscribe();
  for (const partition of [0, 1, 2]) await produce(partition, `first ${partition}`);
  expect(values(await read())).toEqual(['first 0', 'first 1', 'first 2']);
  await subscribe(other);
  const assignment = async (instance: string) => (await given.send(`GET ${instance}/assignments` as 'GET /')).text;
  expect(await assignment(INSTANCE)).toBe(
    '{"partitions":[{"topic":"pin","partition":0},{"topic":"pin","partition":1}]}',
  );
  expect(await assignment(other)).toBe('{"partitions":[{"topic":"pin","partition":2}]}');
  for (const partition of [0, 1, 2]) await produce(partition, `second ${partition}`);
  expect(values(await read(other))).toEqual(['second 2']);
  expect(values(await read())).toEqual(['second 0', 'second 1']);
  await given.send(`DELETE ${INSTANCE}`);
  await produce(0, 'third 0');
  expect(values(await read(other))).toEqual(['third 0']);
});

test.each([
  ['POST', '/subscription', 422],
  ['POST', '/assignments', 422],
  ['POST', '/positions', 422],
  ['POST', '/positions/end', 422],
  ['GET', '/offsets', 404],
])('%s %s without a body is %d', async (method, path, status) => {
  await create();
  expect(await given.send(`${method} ${INSTANCE}${path}`, { headers: { 'content-type': V2 } })).toMatchObject({
    status,
  });
});

test.each(['/offsets', '/positions'])('%s of a partition that cannot be is refused', async (path) => {
  await create();
  const offsets = (partition: number, offset: number | string) => ({ offsets: [{ topic: 'pin', partition, offset }] });
  expect((await given.post(`${INSTANCE}${path as '/'}`, offsets(-1, 0), V2)).status).toBe(422);
  expect((await given.post(`${INSTANCE}${path as '/'}`, offsets(0, -1), V2)).status).toBe(422);
  expect((await given.post(`${INSTANCE}${path as '/'}`, offsets(0, 'x'), V2)).status).toBe(400);
  expect([404, 409]).toContain((await given.post(`${INSTANCE}${path as '/'}`, offsets(9, 0), V2)).status);
  expect(given.reported).toEqual([]);
});

test('consumers and topics that are deleted and made anew do not meet their old offsets', async () => {
  await create();
  await subscribe();
  await produce(0, 'old');
  await read();
  await given.send(`DELETE ${INSTANCE}`);
  await given.log.deleteTopic('pin');
  nowMs += 1;
  await given.log.createTopic('pin', { partitions: 1 });
  await produce(0, 'new');
  await create();
  await subscribe();
  expect(values(await read())).toEqual(['new']);
});
