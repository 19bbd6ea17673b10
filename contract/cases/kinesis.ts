import { match, ok, deepStrictEqual as same } from 'node:assert/strict';
import { type Case, fresh, type Target } from '../contract';
import { send } from '../wire';

/* Kinesis' JSON wire. Every case creates its own stream with two shards and deletes it. */

type Json = Record<string, unknown>;
interface Put {
  ShardId: string;
  SequenceNumber: string;
}

const SHARD_0 = 'shardId-000000000000';
const SHARD_1 = 'shardId-000000000001';
const HALF = '170141183460469231731687303715884105728';
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function call(target: Target, operation: string, input: Json): Promise<{ status: number; body: Json }> {
  const answer = await send({
    method: 'POST',
    url: target.kinesis!,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Kinesis_20131202.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=contract/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  return { status: answer.status, body: (answer.json ?? {}) as Json };
}

class Stream {
  readonly name = fresh('contract');
  constructor(private readonly target: Target) {}

  call(operation: string, input: Json = {}): Promise<{ status: number; body: Json }> {
    return call(this.target, operation, { StreamName: this.name, ...input });
  }

  /** The body of the answer to a call that must succeed. */
  async done<T = Json>(operation: string, input: Json = {}): Promise<T> {
    const { status, body } = await this.call(operation, input);
    same(status, 200, JSON.stringify(body));
    return body as T;
  }

  put(key: string, text: string): Promise<Put> {
    return this.done<Put>('PutRecord', { PartitionKey: key, Data: base64(text) });
  }

  async iterator(type: string, more: Json = {}): Promise<string> {
    const input = { ShardId: SHARD_0, ShardIteratorType: type, ...more };
    return (await this.done<{ ShardIterator: string }>('GetShardIterator', input)).ShardIterator;
  }

  async read(ShardIterator: string): Promise<string[]> {
    const { status, body } = await call(this.target, 'GetRecords', { ShardIterator });
    same(status, 200, JSON.stringify(body));
    return (body.Records as { Data: string }[]).map(({ Data }) => Buffer.from(Data, 'base64').toString('utf8'));
  }
}

function kinesis(
  id: string,
  title: string,
  run: (stream: Stream, target: Target) => Promise<void>,
  only?: Case['only'],
): Case {
  return {
    id,
    title,
    needs: ['kinesis'],
    only,
    run: async (target) => {
      const stream = new Stream(target);
      await stream.done('CreateStream', { ShardCount: 2 });
      try {
        for (let tries = 0; tries < 100; tries++) {
          const { StreamDescriptionSummary } = await stream.done<{ StreamDescriptionSummary: Json }>(
            'DescribeStreamSummary',
          );
          if (StreamDescriptionSummary.StreamStatus === 'ACTIVE') break;
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        await run(stream, target);
      } finally {
        await stream.call('DeleteStream');
      }
    },
  };
}

/** The type of an error without its namespace, which some servers add. */
const typeOf = ({ body }: { body: Json }) => String(body.__type).replace(/^.*#/, '');

async function refused(answer: Promise<{ status: number; body: Json }>, type: string, message: RegExp): Promise<void> {
  const got = await answer;
  same([got.status, typeOf(got)], [400, type], JSON.stringify(got.body));
  match(String(got.body.message ?? got.body.Message ?? ''), message);
}

export const KINESIS_CASES: readonly Case[] = [
  kinesis('S1', 'a stream becomes ACTIVE with two equal ranges', async (stream) => {
    const { StreamDescription } = await stream.done<{ StreamDescription: Json }>('DescribeStream');
    same(StreamDescription.StreamStatus, 'ACTIVE');
    same(
      (StreamDescription.Shards as { HashKeyRange: object }[]).map(({ HashKeyRange }) => HashKeyRange),
      [
        { StartingHashKey: '0', EndingHashKey: '170141183460469231731687303715884105727' },
        { StartingHashKey: HALF, EndingHashKey: '340282366920938463463374607431768211455' },
      ],
    );
  }),
  kinesis('S2', 'a name that exists is ResourceInUseException', (stream) =>
    refused(
      stream.call('CreateStream', { ShardCount: 1 }),
      'ResourceInUseException',
      new RegExp(`^Stream ${stream.name} under account \\d{12} already exists\\.$`),
    ),
  ),
  kinesis('S3', 'a missing stream is ResourceNotFoundException', (_, target) =>
    refused(
      call(target, 'DescribeStream', { StreamName: 'no-such-stream' }),
      'ResourceNotFoundException',
      /^Stream no-such-stream under account \d{12} not found\.$/,
    ),
  ),
  kinesis('S4', 'the key chooses the shard; sequence numbers have 56 digits', async (stream) => {
    const [a, b] = [await stream.put('a', '1'), await stream.put('b', '2')];
    same([a.ShardId, b.ShardId], [SHARD_0, SHARD_1]);
    match(a.SequenceNumber, /^\d{56}$/);
  }),
  kinesis('S5', 'an explicit hash key goes before the key', async (stream) => {
    const put = await stream.done<Put>('PutRecord', { PartitionKey: 'a', ExplicitHashKey: HALF, Data: base64('x') });
    same(put.ShardId, SHARD_1);
  }),
  kinesis('S6', 'a hash key of 2^128 is refused', (stream) =>
    refused(
      stream.call('PutRecord', {
        PartitionKey: 'a',
        ExplicitHashKey: '340282366920938463463374607431768211456',
        Data: base64('x'),
      }),
      'InvalidArgumentException',
      /^Invalid ExplicitHashKey\./,
    ),
  ),
  kinesis('S7', 'an empty partition key is refused', (stream) =>
    refused(
      stream.call('PutRecord', { PartitionKey: '', Data: base64('x') }),
      'ValidationException',
      /'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1/,
    ),
  ),
  kinesis('S8', 'data that is not base64 is refused', (stream) =>
    refused(
      stream.call('PutRecord', { PartitionKey: 'a', Data: 'x' }),
      'SerializationException',
      /can not be converted to a Blob/,
    ),
  ),
  kinesis('S9', '0 records and 501 records are refused', async (stream) => {
    const record = { PartitionKey: 'a', Data: base64('x') };
    await refused(stream.call('PutRecords', { Records: [] }), 'ValidationException', /greater than or equal to 1/);
    await refused(
      stream.call('PutRecords', { Records: Array(501).fill(record) }),
      'ValidationException',
      /less than or equal to 500/,
    );
  }),
  kinesis(
    'S10',
    'a shard that gets more than 1,000 records a second says so, per record, within a 200',
    async (stream) => {
      const Records = Array(500).fill({ PartitionKey: 'a', Data: base64('x') });
      const answers = await Promise.all(
        Array.from({ length: 4 }, () =>
          stream.done<{ FailedRecordCount: number; Records: Json[] }>('PutRecords', { Records }),
        ),
      );
      const failed = answers.flatMap((answer) => answer.Records.filter(({ ErrorCode }) => ErrorCode !== undefined));
      ok(failed.length > 0, 'nothing was throttled');
      ok(
        failed.every(({ ErrorCode }) => ErrorCode === 'ProvisionedThroughputExceededException'),
        JSON.stringify(failed[0]),
      );
      same(
        answers.reduce((sum, { FailedRecordCount }) => sum + FailedRecordCount, 0),
        failed.length,
      );
    },
    { limits: 'aws' },
  ),
  kinesis('S11', 'records are read in the order in which they were put, bytes intact', async (stream, target) => {
    for (const text of ['one', 'two', '{"é":"📌"}']) await stream.put('a', text);
    const { body } = await call(target, 'GetRecords', { ShardIterator: await stream.iterator('TRIM_HORIZON') });
    const records = body.Records as { Data: string; PartitionKey: string }[];
    same(
      records.map(({ Data }) => Buffer.from(Data, 'base64').toString('utf8')),
      ['one', 'two', '{"é":"📌"}'],
    );
    same(body.MillisBehindLatest, 0);
    ok(typeof body.NextShardIterator === 'string');
  }),
  kinesis('S12', 'LATEST sees only later records', async (stream) => {
    await stream.put('a', 'before');
    const iterator = await stream.iterator('LATEST');
    await stream.put('a', 'after');
    same(await stream.read(iterator), ['after']);
  }),
  kinesis('S13', 'an iterator may begin at or after a sequence number', async (stream) => {
    await stream.put('a', 'one');
    const { SequenceNumber } = await stream.put('a', 'two');
    await stream.put('a', 'three');
    const from = { StartingSequenceNumber: SequenceNumber };
    same(await stream.read(await stream.iterator('AT_SEQUENCE_NUMBER', from)), ['two', 'three']);
    same(await stream.read(await stream.iterator('AFTER_SEQUENCE_NUMBER', from)), ['three']);
  }),
  kinesis('S14', 'a type that needs a sequence number says so', (stream) =>
    refused(
      stream.call('GetShardIterator', { ShardId: SHARD_0, ShardIteratorType: 'AT_SEQUENCE_NUMBER' }),
      'InvalidArgumentException',
      /^Must either specify \(1\) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER/,
    ),
  ),
  kinesis('S15', 'a sequence number of another shard is refused', async (stream) => {
    const { SequenceNumber } = await stream.put('b', 'x');
    const input = { ShardId: SHARD_0, ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber };
    await refused(
      stream.call('GetShardIterator', input),
      'InvalidArgumentException',
      /It encodes shardId-000000000001/,
    );
  }),
  kinesis('S17', 'a text that is not an iterator is refused', (_, target) =>
    refused(
      call(target, 'GetRecords', { ShardIterator: 'garbage' }),
      'InvalidArgumentException',
      /^Invalid ShardIterator\.$/,
    ),
  ),
  kinesis('S18', 'more than 10,000 records at once are refused', async (stream, target) =>
    refused(
      call(target, 'GetRecords', { ShardIterator: await stream.iterator('TRIM_HORIZON'), Limit: 10_001 }),
      'ValidationException',
      /less than or equal to 10000/,
    ),
  ),
  kinesis('S19', 'ListShards wants a name or a token, not both', async (stream, target) => {
    await refused(
      call(target, 'ListShards', {}),
      'InvalidArgumentException',
      /^Either NextToken or StreamName should be provided\.$/,
    );
    await refused(
      stream.call('ListShards', { NextToken: 'x' }),
      'InvalidArgumentException',
      /^NextToken and StreamName cannot be provided together\.$/,
    );
  }),
  kinesis('S20', 'an unknown operation is UnknownOperationException', async (stream) => {
    const answer = await stream.call('Nope');
    same([answer.status, typeOf(answer)], [400, 'UnknownOperationException']);
  }),
];
