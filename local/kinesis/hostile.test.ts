import { encode } from 'cbor-x';
import fc from 'fast-check';
import { CBOR_CODEC } from './codecs';
import { OPERATIONS } from './operations';
import { cleanUp, givenPins } from './testing/kinesis';

afterEach(cleanUp);

const NUMBER = '49646437577108476416916876405825929425585429676275269634';

/** What fits each member, so that hostile values meet others that let a request get further. */
const FITTING: Readonly<Record<string, readonly unknown[]>> = {
  StreamARN: ['arn:aws:kinesis:us-east-1:000000000000:stream/pins'],
  Data: ['QQ==', ''],
  PartitionKey: ['a', '\ud800', '\0'],
  ExplicitHashKey: ['0', '9'.repeat(39)],
  SequenceNumberForOrdering: [NUMBER, '0', '9'.repeat(129)],
  Records: [[{ Data: 'QQ==', PartitionKey: 'a' }], [{ Data: '', PartitionKey: 'b' }, {}]],
  ShardId: ['shardId-000000000000', 'shardId-000000000001', '7'],
  ShardIterator: ['AAAAAAAAAAE='],
  ShardIteratorType: ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'],
  StartingSequenceNumber: [NUMBER, '0', '1', '9'.repeat(129)],
  Timestamp: [0, 1_700_000_000, -1e308],
  Limit: [1, 10_000],
  MaxResults: [1],
  NextToken: ['AAAAAAAAAAE=', '='],
  ShardFilter: [
    { Type: 'AFTER_SHARD_ID', ShardId: '0' },
    { Type: 'AT_TIMESTAMP', Timestamp: 1e308 },
  ],
  RetentionPeriodHours: [24, 8760],
  Tags: [{ a: 'b' }, { __proto__: null, constructor: 'c' }],
  TagKeys: [['a']],
  ExclusiveStartShardId: ['0', 'x'],
  ExclusiveStartStreamName: ['p'],
  ExclusiveStartTagKey: ['a'],
};

const leaf = fc.oneof(fc.constantFrom(0, 1, -1, 1e308, -1e308, 1.5, 2 ** 53, true, null), fc.string({ maxLength: 10 }));
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, leaf, tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom('Type', 'Data', 'PartitionKey', '__proto__'), tie('any'), { maxKeys: 4 }),
})).any;
const member = (fitting: readonly unknown[]) => fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...fitting) }, value);
const request = fc.record(
  {
    StreamName: fc.constant('pins'),
    ...Object.fromEntries(Object.entries(FITTING).map(([name, fitting]) => [name, member(fitting)])),
  },
  { requiredKeys: [] },
);
const action = fc.constantFrom(
  ...[...OPERATIONS.keys()].filter((name) => name !== 'CreateStream' && name !== 'DeleteStream'),
);

const post = (name: string, contentType: string, body: Buffer) => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: { 'content-type': contentType, 'x-amz-target': `Kinesis_20131202.${name}` },
  body,
});

test('no request, of whatever content, is answered with a failure of ours', async () => {
  const { kinesis, send } = await givenPins();
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(action, request, fc.boolean(), async (name, input, isCbor) => {
      const body = isCbor ? encode(input) : Buffer.from(JSON.stringify(input).replaceAll('1e+308', '1e999'));
      const type = isCbor ? 'application/x-amz-cbor-1.1' : 'application/x-amz-json-1.1';
      const { status } = await kinesis.handle(post(name, type, body));
      expect([200, 400]).toContain(status);
      statuses.add(status);
    }),
    { numRuns: 1000 },
  );
  expect([...statuses].sort()).toEqual([200, 400]);
  expect((await send('ListStreams', {})).body.StreamNames).toEqual(['pins']);
});

test('no bytes do harm to the CBOR reader', async () => {
  const { kinesis } = await givenPins();
  const good = encode({ StreamName: 'pins', Limit: 1 });
  const odd = fc.constantFrom(0x9f, 0xbf, 0xff, 0xd8, 0xd9, 0x1b, 0x27, 0x69, 0x81, 0xa1, 0xc1, 0xfb, 0x5f, 0x40, 0x11);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(odd, fc.nat({ max: 255 })), { maxLength: 60 }),
      fc.nat({ max: 30 }),
      async (bytes, at) => {
        const body = Buffer.concat([good.subarray(0, at), Buffer.from(bytes), good.subarray(at)]);
        const { status } = await kinesis.handle(post('DescribeStream', 'application/x-amz-cbor-1.1', body));
        expect([200, 400]).toContain(status);
        expect(CBOR_CODEC.decode(good)).toEqual({ StreamName: 'pins', Limit: 1 });
      },
    ),
    { numRuns: 1000 },
  );
});

test.each([
  ['NaN for a number', 'a2 6a 53747265616d4e616d65 64 70696e73 65 4c696d6974 f97e00'],
  ['a list of lists that each say they are long', '9a01c9c380'.repeat(1000)],
])('%s is refused', async (_, hex) => {
  const { kinesis } = await givenPins();
  const body = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const answer = await kinesis.handle(post('DescribeStream', 'application/x-amz-cbor-1.1', body));
  expect(answer.status).toBe(400);
  expect(CBOR_CODEC.decode(answer.body as Buffer)).toMatchObject({ __type: 'SerializationException' });
});
