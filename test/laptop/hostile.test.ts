import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { expectedAnswers, syntheticPosts } from '@pipeline/datasets/synthetic';
import { replay } from '@pipeline/emulator';
import { checkViews, noneDiffers } from '../../local/report/check';
import { ViewsClient } from '../../local/report/views-client';
import { brokenConnection } from './hostile-connections';
import { type Aim, wholeRequest } from './hostile-requests';
import { Laptop, pause } from './laptop';
import { Random } from './random';
import { type Answered, describe as described, fireAll, politely, type Shot } from './shots';

jest.setTimeout(15 * 60_000);

const REQUESTS = 10_000;
const WARM_UP = 2_000;
const BROKEN_SHARE = 0.15;
const CONNECTIONS = 24;
const SOURCE = { seed: 100, posts: 600 };
/** What DuckDB and the heap keep for later varies by 80 to 235 MB from run to run; the bodies sent come to gigabytes. */
const MAX_GROWTH_MB = 500;
/** For a negative partition. */
const FAILURE_OF_THE_REAL_PROXY = '{"error_code":500,"message":"Internal Server Error"}';

const laptop = new Laptop();
let aim: Aim;

beforeAll(async () => {
  await laptop.start();
  const { outputs, server } = laptop;
  aim = {
    outputs,
    apiPort: Number(new URL(outputs.apiUrl).port),
    kinesisPort: Number(new URL(outputs.kinesisEndpoint!).port),
    proxyPort: Number(new URL(server.proxyUrl).port),
  };
});
afterAll(() => laptop.remove());

/** Sends posts `from` to `to` of the source into both layers. */
async function replayPosts(from: number, to: number): Promise<void> {
  const posts = [...syntheticPosts(SOURCE)].slice(from, to);
  const report = await replay({ source: posts, target: laptop.outputs, layers: LAYERS });
  expect(report.complete).toBe(true);
}

function residentMB(): number {
  const status = readFileSync(`/proc/${laptop.server.pid}/status`, 'utf8');
  // Not the pages of the log's files, which the system keeps for as long as it likes.
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)![1]) / 1024;
}

/** Waits while memory shrinks, at most a good while. */
async function settledMB(limit: number): Promise<number> {
  const deadline = Date.now() + 60_000;
  while (residentMB() > limit && Date.now() < deadline) await pause(200);
  return residentMB();
}

/** Where a run is, which `/health` tells on purpose: `npm run status` and `stop` ask for it. */
const WHERE_IT_IS = /"here":\{"folder":"[^"]*","addresses":\{[^}]*\}\}/;

/** A trace of what is inside: a stack, or a path of this machine. */
function tells(answer: string): boolean {
  const text = answer.replace(WHERE_IT_IS, '');
  const project = join(__dirname, '..', '..');
  return (
    [project, laptop.root, 'node_modules', 'node:internal', '.ts:'].some((word) => text.includes(word)) ||
    /\n\s+at /.test(text)
  );
}

function* shots(random: Random, count: number): Generator<Shot> {
  for (let made = 0; made < count; made++) {
    yield random.chance(BROKEN_SHARE) ? brokenConnection(random, aim) : wholeRequest(random, aim);
  }
}

const PORTS = ['the API', 'the views', 'Kinesis', 'the REST proxy'] as const;
const address = (port: (typeof PORTS)[number]) =>
  ({
    'the API': `${aim.outputs.apiUrl}topics/${aim.outputs.topics.pin}`,
    'the views': `${laptop.server.viewsUrl}flush`,
    Kinesis: `${aim.outputs.kinesisEndpoint}/?Action=PutRecord`,
    'the REST proxy': `${laptop.server.proxyUrl}/topics/${aim.outputs.topics.pin}`,
  })[port];
const write = (port: (typeof PORTS)[number], headers: Record<string, string>) =>
  politely(address(port), {
    method: 'POST',
    headers: {
      'content-type': port === 'Kinesis' ? 'application/x-amz-json-1.1' : 'application/vnd.kafka.json.v2+json',
      accept: '*/*',
      authorization: 'AWS4-HMAC-SHA256 Credential=x',
      ...headers,
    },
    body:
      port === 'Kinesis'
        ? JSON.stringify({ StreamName: aim.outputs.streams.pin, Data: 'e30=', PartitionKey: 'k' })
        : '{"records":[{"value":{}}]}',
  });

test.each(PORTS)(
  '%s refuses a write under a foreign name, or by a page of another origin, and keeps nothing of it',
  async (port) => {
    const before = (await new ViewsClient(laptop.server.viewsUrl).flush()).batch.pin.stored;
    for (const host of ['evil.example', `evil.example:${aim.apiPort}`, '10.0.0.1', '127.0.0.1.evil.example']) {
      expect(await write(port, { host })).toMatchObject({
        status: 403,
        text: expect.stringContaining('Host header must name a loopback address'),
      });
    }
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      expect((await write(port, { origin })).status).toBe(403);
    }
    const counts = await new ViewsClient(laptop.server.viewsUrl).flush();
    expect([counts.batch.pin.stored, counts.speed.pin.stored]).toEqual([before, 0]);
  },
);

test('10,000 hostile requests leave it serving, telling nothing, no larger, and with everything it had', async () => {
  const client = new ViewsClient(laptop.server.viewsUrl);
  await replayPosts(0, 300);
  await client.flush();

  const bad: string[] = [];
  const statuses = new Map<number | undefined, number>();
  const look = ({ shot, status, text }: Answered) => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const isExpected = shot.status
      ? shot.status.includes(status ?? 0) && (status !== 500 || text.includes(FAILURE_OF_THE_REAL_PROXY))
      : status === undefined
        ? shot.wants === 'any'
        : status < 500 || status === 501 || status === 505;
    const isTold = tells(text);
    if (!isExpected || isTold) bad.push(`${status} for ${described(shot)}\n   ${text.slice(0, 600)}`);
  };
  const fireAt = (seed: number, count: number) =>
    Promise.race([fireAll(shots(new Random(seed), count), CONNECTIONS, look), laptop.server.died]);
  // What a first round makes the heap grow to is no leak; what ten thousand more add would be.
  await fireAt(5, WARM_UP);
  const beforeMB = residentMB();
  await fireAt(4, REQUESTS);
  expect(bad.slice(0, 10)).toEqual([]);

  await replayPosts(300, 600);
  const stages = await client.flush();
  for (const layer of LAYERS) {
    for (const dataset of DATASETS) {
      const { stored, refusedBySink, clean, quarantined, duplicates } = stages[layer][dataset];
      expect({ layer, dataset, clean, duplicates }).toEqual({ layer, dataset, clean: 600, duplicates: 0 });
      expect(stored).toBe(600 + refusedBySink + quarantined);
    }
  }
  const answers = await client.answers();
  const checks = checkViews(expectedAnswers(SOURCE).views, answers);
  expect(Object.keys(checks).length).toBeGreaterThan(10);
  expect(noneDiffers(checks)).toBe(true);
  const limit = beforeMB + MAX_GROWTH_MB;
  const afterMB = await settledMB(limit);
  expect(afterMB).toBeLessThan(limit);
});
