import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { type BenchRow, benchRow } from '@pipeline/emulator/bench';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { withRuntime } from './served';

const SECONDS = 5;
const SHARDS = 8;
const LANES = 4;

/** `PutRecords(500)` by the AWS SDK at the Kinesis endpoint, beside kinesalite in the same run. */
export async function benchPutRecords(): Promise<BenchRow[]> {
  const ours = await withRuntime(false, ({ kinesisEndpoint }) => putRecords(kinesisEndpoint!));
  const theirs = await withKinesalite(putRecords);
  return [benchRow('PutRecords(500) by the AWS SDK', 'records/s', ours, theirs, 'kinesalite', '≥ 10')];
}

/** Records accepted per second by `LANES` calls at a time, over HTTP/1.1, which both servers speak. */
async function putRecords(endpoint: string): Promise<number> {
  const client = new KinesisClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  const StreamName = 'bench';
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: SHARDS }));
  for (let tries = 0; tries < 100; tries++) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const Records = [...syntheticPosts({ seed: 100, posts: 500 })].map(({ records }) => ({
    Data: Buffer.from(JSON.stringify(records[0]!.value)),
    PartitionKey: records[0]!.key,
  }));
  const started = Date.now();
  let accepted = 0;
  const lane = async () => {
    while (Date.now() - started < SECONDS * 1000) {
      const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName, Records }));
      accepted += Records.length - (FailedRecordCount ?? 0);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  client.destroy();
  return accepted / ((Date.now() - started) / 1000);
}

async function withKinesalite<T>(work: (endpoint: string) => Promise<T>): Promise<T> {
  const port = await freePort();
  const cli = require.resolve('kinesalite/cli.js');
  const child = spawn(process.execPath, [cli, '--port', String(port), '--createStreamMs', '0', '--shardLimit', '100'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(child.stdout, 'data');
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    child.kill('SIGTERM');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
