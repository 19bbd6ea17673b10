import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { perDataset } from '../../../datasets/schema';
import { Arrivals } from '../../../ops/smoke/arrivals';
import { type Lake, openLake, watchLake } from '../../../ops/smoke/lake';
import { growth } from '../../../ops/smoke/topics';

const TOPICS = perDataset((name) => `u.${name}`);
const ends = (pin: [number, number][]) => ({ ...perDataset(() => new Map<number, number>()), pin: new Map(pin) });
const sent = (n: number) => ({
  dataset: 'pin' as const,
  key: String(n),
  value: { index: n, smoke_test: `r/pin/${n}` },
});
const line = (n: number, offset: number) =>
  JSON.stringify({ ...sent(n).value, kafka_partition: 0, kafka_offset: offset, kafka_timestamp: 1 });

/** A lake in memory that notes what was read. */
function givenLake(files: Record<string, string>) {
  const read: string[] = [];
  const lake: Lake = {
    pollMs: 5,
    files: async () => [],
    list: async (folder, after) =>
      Object.keys(files).flatMap((path) => {
        const file = path.startsWith(folder) ? path.slice(folder.length) : '';
        return file > after ? [file] : [];
      }),
    read: async (folder, file) => {
      read.push(file);
      return files[folder + file]!;
    },
  };
  return { lake, read, files };
}

test('of many files only those are read that can hold records from the position on, each once', async () => {
  const { lake, read } = givenLake({
    'u.pin/partition=0/u.pin+0+0000000000.json': line(1, 0),
    'u.pin/partition=0/u.pin+0+0000000500.json': `${line(2, 998)}\n${line(3, 1000)}\n`,
    'u.pin/partition=0/u.pin+0+0000001001.json': `${line(4, 1001)}\n`,
    'u.pin/partition=1/u.pin+1+0000000007.json': 'half a li',
  });
  const arrivals = new Arrivals([3, 4, 5].map(sent));
  await watchLake(lake, TOPICS, ends([[0, 999]]), arrivals, Date.now() + 60);
  expect(arrivals.of('pin')).toBe(2);
  expect(read).toEqual(['u.pin+0+0000000500.json', 'u.pin+0+0000001001.json']);
});

test('a file that comes while it waits ends the waiting', async () => {
  const { lake, files } = givenLake({});
  const arrivals = new Arrivals([sent(1)]);
  setTimeout(() => {
    files['u.pin/partition=2/u.pin+2+0000000000.json'] = line(1, 0);
  }, 30);
  const started = Date.now();
  await watchLake(lake, TOPICS, ends([[2, 0]]), arrivals, started + 10_000);
  expect(arrivals.isComplete).toBe(true);
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('a topic has grown by what its partitions gained together', () => {
  const before = new Map([
    [0, 10],
    [1, 5],
  ]);
  const after = new Map([
    [0, 12],
    [1, 5],
    [2, 4],
  ]);
  expect(growth(before, after)).toBe(6);
});

describe('a bucket', () => {
  let server: Server;
  const requests: string[] = [];
  const before = { ...process.env };

  beforeAll(async () => {
    // Two pages of a listing and one object, for the SDK's own client; it signs, and S3's XML is what it reads.
    const page = (keys: string[], token?: string) =>
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><KeyCount>${keys.length}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>${token !== undefined}</IsTruncated>${token ? `<NextContinuationToken>${token}</NextContinuationToken>` : ''}${keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')}</ListBucketResult>`;
    server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://s3');
      requests.push(
        `${request.method} ${decodeURIComponent(url.pathname)} after=${url.searchParams.get('start-after')}`,
      );
      const answer = (status: number, text: string) =>
        response.writeHead(status, { 'content-type': 'application/xml' }).end(text);
      if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=AKIDLAKE/'))
        return answer(403, '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
      if (url.searchParams.get('list-type') !== '2') return answer(200, `${line(8, 3)}\n`);
      return url.searchParams.has('continuation-token')
        ? answer(200, page(['topics/u.pin/partition=0/u.pin+0+0000000003.json']))
        : answer(200, page(['topics/u.pin/partition=0/u.pin+0+0000000000.json'], 'more'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL_S3 = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.AWS_ACCESS_KEY_ID = 'AKIDLAKE';
    process.env.AWS_SECRET_ACCESS_KEY = 'secret';
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  });

  afterAll(() => {
    process.env = before;
    server.close();
    server.closeAllConnections();
  });

  test('is listed to its last page and read through the SDK', async () => {
    const lake = await openLake({ region: 'eu-west-1', lake: { url: 's3://b/topics/', closesAfterSeconds: 300 } });
    const arrivals = new Arrivals([sent(8)]);
    await watchLake({ ...lake, pollMs: 5 }, TOPICS, ends([[0, 3]]), arrivals, Date.now() + 20_000);
    expect(arrivals.of('pin')).toBe(1);
    expect(requests).toEqual([
      'GET /b/ after=topics/u.pin/partition=0/u.pin+0+0000000000',
      'GET /b/ after=topics/u.pin/partition=0/u.pin+0+0000000000',
      'GET /b/topics/u.pin/partition=0/u.pin+0+0000000000.json after=null',
      'GET /b/topics/u.pin/partition=0/u.pin+0+0000000003.json after=null',
    ]);
  });
});
