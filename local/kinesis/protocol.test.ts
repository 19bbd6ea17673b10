import { decode, encode } from 'cbor-x';
import { LogFullError } from '../log';
import type { HttpRequest } from '../wire/http';
import { cleanUp, givenPins } from './testing/kinesis';

afterEach(cleanUp);

const JSON_TYPE = 'application/x-amz-json-1.1';
const CBOR_TYPE = 'application/x-amz-cbor-1.1';

const post = (headers: Record<string, string>, body: string | Buffer = '{}', query = ''): HttpRequest => ({
  method: 'POST',
  path: '/',
  query,
  headers,
  body: Buffer.from(body),
});
const target = (action: string) => ({ 'x-amz-target': `Kinesis_20131202.${action}` });

test('every answer has two ids', async () => {
  const { kinesis } = await givenPins();
  const { headers } = await kinesis.handle(post({ 'content-type': JSON_TYPE, ...target('ListStreams') }));
  expect(headers).toEqual({
    'Content-Type': 'application/x-amz-json-1.1',
    'x-amzn-RequestId': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    'x-amz-id-2': expect.stringMatching(/^[A-Za-z0-9+/]{96}$/),
  });
});

test('an operation without a result answers an empty body', async () => {
  const { kinesis } = await givenPins();
  const body = JSON.stringify({ StreamName: 'more', ShardCount: 1 });
  const answer = await kinesis.handle(post({ 'content-type': JSON_TYPE, ...target('CreateStream') }, body));
  expect([answer.status, answer.body]).toEqual([200, '']);
});

test('API Gateway names the operation in the query, or hands it over by name', async () => {
  const { kinesis } = await givenPins();
  const byQuery = await kinesis.handle(post({ 'content-type': JSON_TYPE }, '{}', 'Action=ListStreams'));
  expect(JSON.parse(byQuery.body.toString())).toMatchObject({ StreamNames: ['pins'] });
  const byName = await kinesis.handleAction('ListStreams', Buffer.from('{}'));
  expect([byName.status, JSON.parse(byName.body.toString())]).toMatchObject([200, { StreamNames: ['pins'] }]);
  const missing = await kinesis.handleAction('DescribeStream', Buffer.from('{"StreamName":"nope"}'));
  expect([missing.status, missing.body]).toEqual([
    400,
    '{"__type":"ResourceNotFoundException","message":"Stream nope under account 000000000000 not found."}',
  ]);
});

test.each([
  ['no body', ''],
  ['half a body', '{"StreamName":'],
  ['a number', '1'],
  ['null', 'null'],
  ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
])('%s cannot be read', async (_, body) => {
  const { kinesis } = await givenPins();
  const answer = await kinesis.handle(post({ 'content-type': JSON_TYPE, ...target('ListStreams') }, body));
  expect([answer.status, answer.body]).toEqual([400, '{"__type":"SerializationException"}']);
});

test.each([
  ['an unknown service', { 'x-amz-target': 'DynamoDB_20120810.ListStreams' }],
  ['no target', {}],
  ['a name every object has', target('constructor')],
])('%s is an unknown operation', async (_, headers) => {
  const { kinesis } = await givenPins();
  const answer = await kinesis.handle(post({ 'content-type': JSON_TYPE, ...headers }));
  expect([answer.status, answer.body]).toEqual([400, '{"__type":"UnknownOperationException"}']);
});

test('an operation of AWS that is left out says what there is instead', async () => {
  const { kinesis } = await givenPins();
  const answer = await kinesis.handle(post({ 'content-type': JSON_TYPE, ...target('SubscribeToShard') }));
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body.toString())).toEqual({
    __type: 'UnknownOperationException',
    message: expect.stringMatching(
      /^SubscribeToShard is not served by this local endpoint\. Served: .*GetRecords, GetShardIterator/,
    ),
  });
});

test.each([
  [
    'GET',
    JSON_TYPE,
    403,
    '<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n',
  ],
  ['POST', 'text/plain', 404, '<UnknownOperationException/>\n'],
  [
    'POST',
    'application/json',
    404,
    '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}',
  ],
])('%s of %s answers %d', async (method, type, status, body) => {
  const { kinesis } = await givenPins();
  const answer = await kinesis.handle({ ...post({ 'content-type': type, ...target('ListStreams') }), method });
  expect([answer.status, answer.body]).toEqual([status, body]);
});

test('CBOR is answered in CBOR', async () => {
  const { kinesis } = await givenPins();
  const call = async (action: string, input: object) => {
    const answer = await kinesis.handle(post({ 'content-type': CBOR_TYPE, ...target(action) }, encode(input)));
    expect(answer.headers['Content-Type']).toBe(CBOR_TYPE);
    return { status: answer.status, body: decode(answer.body as Buffer) as Record<string, unknown> };
  };
  const put = await call('PutRecord', { StreamName: 'pins', PartitionKey: 'a', Data: Buffer.from('é') });
  expect(put).toMatchObject({ status: 200, body: { ShardId: 'shardId-000000000000' } });
  const iterator = await call('GetShardIterator', {
    StreamName: 'pins',
    ShardId: '0',
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const got = await call('GetRecords', iterator.body);
  expect(got.body.Records).toMatchObject([{ Data: Buffer.from('é'), PartitionKey: 'a' }]);
  expect(await call('DescribeStream', { StreamName: 'nope' })).toEqual({
    status: 400,
    body: { __type: 'ResourceNotFoundException', message: 'Stream nope under account 000000000000 not found.' },
  });
  expect(await call('PutRecord', { StreamName: 'pins', PartitionKey: 'a', Data: 1 })).toMatchObject({
    status: 400,
    body: { __type: 'SerializationException' },
  });
});

test('a failure of ours is an InternalFailure that the owner is told of', async () => {
  const seen: unknown[] = [];
  const { kinesis, log } = await givenPins({ onError: (error) => seen.push(error) });
  log.append = () => Promise.reject(new Error('no space left'));
  const body = JSON.stringify({ StreamName: 'pins', PartitionKey: 'a', Data: '' });
  const answer = await kinesis.handle(post({ 'content-type': JSON_TYPE, ...target('PutRecord') }, body));
  expect([answer.status, answer.body]).toEqual([500, '{"__type":"InternalFailure"}']);
  expect(seen).toEqual([new Error('no space left')]);
});

test('a full disk is told to whoever sends', async () => {
  const { kinesis, log } = await givenPins({ onError: () => {} });
  log.append = () => Promise.reject(new LogFullError('/d: the disk has 12 MiB free'));
  const body = JSON.stringify({ StreamName: 'pins', PartitionKey: 'a', Data: '' });
  const answer = await kinesis.handle(post({ 'content-type': JSON_TYPE, ...target('PutRecord') }, body));
  expect([answer.status, answer.body]).toEqual([
    500,
    '{"__type":"InternalFailure","message":"/d: the disk has 12 MiB free"}',
  ]);
});
