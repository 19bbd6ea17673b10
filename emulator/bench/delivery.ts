import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { type ReplayPost, replay, type Target, total } from '../index';
import { withBareServer } from './bare';
import { inTurn } from './in-turn';
import { type BenchRow, benchRow } from './row';

const CONNECTIONS = 32;

/** Requests per second with one record each, beside autocannon; records per second in batches of 500, beside one by one. */
export async function benchDelivery(): Promise<BenchRow[]> {
  const [single, theirs, batches] = await withBareServer(1, (one) =>
    withBareServer(500, (many) =>
      inTurn([() => singleRecords(one, 60_000), () => autocannon(one, 3), () => inBatches(many, 50_000)]),
    ),
  );
  return [
    benchRow('emulator, one record per request, bare server', 'requests/s', single!, theirs!, 'autocannon', '≥ 0.8'),
    benchRow('emulator, batches of 500, bare server', 'records/s', batches!, single!, 'one record per request'),
  ];
}

/** The first pair against a pipeline that runs: what its gateway, mapping and log cost. */
export async function benchSingleRecords(what: string, target: Target, requests = 10_000): Promise<BenchRow> {
  const [ours, theirs] = await inTurn([() => singleRecords(target, requests), () => autocannon(target, 3)]);
  return benchRow(`emulator, one record per request, ${what}`, 'requests/s', ours!, theirs!, 'autocannon', '≥ 0.8');
}

/** Records per second, one a request, over `CONNECTIONS` connections to one topic. */
export async function singleRecords(target: Target, count: number): Promise<number> {
  const report = await replay({
    source: sameRow(count),
    target,
    layers: ['batch'],
    datasets: ['pin'],
    batchSize: 1,
    concurrency: CONNECTIONS,
  });
  return total(report.layers, 'delivered') / report.seconds;
}

/** Records per second of `posts` whole posts in batches of 500 into both layers, the source made beforehand. */
async function inBatches(target: Target, posts: number): Promise<number> {
  const some = [...syntheticPosts({ seed: 100, posts: 10_000 })];
  function* repeated(): Generator<ReplayPost> {
    for (let i = 0; i < posts; i++) yield some[i % some.length]!;
  }
  // One lane for each topic and stream: every batch is full, as the server's fixed answer wants.
  const report = await replay({ source: repeated(), target, layers: ['batch', 'speed'], concurrency: 1 });
  if (total(report.layers, 'retried') > 0) throw new Error('a batch was not full, so the bare server miscounted');
  return total(report.layers, 'delivered') / report.seconds;
}

/** Requests per second that autocannon reaches with the same body and connections. */
export async function autocannon(target: Target, seconds: number): Promise<number> {
  const { key, value } = sameRow(1).next().value!.records[0]!;
  const program = path.join(path.dirname(require.resolve('autocannon/package.json')), 'autocannon.js');
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[program, '--json', '--no-progress', '--method', 'POST'],
    ...['--connections', String(CONNECTIONS), '--duration', String(seconds)],
    ...['--headers', 'content-type=application/vnd.kafka.json.v2+json'],
    ...['--body', JSON.stringify({ records: [{ key, value }] })],
    new URL(`topics/${target.topics.pin}`, target.apiUrl).href,
  ]);
  return (JSON.parse(stdout) as { requests: { average: number } }).requests.average;
}

/** One pin under keys of one length, so that every request is as long as autocannon's. */
function* sameRow(count: number): Generator<ReplayPost, undefined> {
  const pin = [...syntheticPosts({ seed: 100, posts: 1 })][0]!.records[0]!;
  for (let i = 0; i < count; i++) {
    const key = 1_000_000 + i;
    yield { key, records: [{ ...pin, key: String(key) }] };
  }
}
