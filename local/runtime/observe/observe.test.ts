import { once } from 'node:events';
import type { ObservedRequest } from '../../gateway';
import type { Live, Series, Snapshot } from '../../serving/contract';
import { EventHub } from './event-hub';
import { DurationWindow, InFlight } from './latency';
import { Rates } from './rates';
import { Requests } from './requests';
import { storedBy } from './stored';

const totals = (records: number) => ({
  api: records,
  topic: 0,
  file: 0,
  batch: 0,
  stream: 0,
  speed: 0,
  serving: 0,
});

describe('records a second', () => {
  test('are the difference of totals over full seconds, and a second that nobody read gets its share', () => {
    const rates = new Rates(totals(10), 1_000_000);
    expect(rates.read(totals(50), 1_000_999)).toEqual([]);
    expect(rates.read(totals(110), 1_001_100)).toEqual([{ second: 1000, perSecond: totals(100) }]);
    const ticks = rates.read(totals(170), 1_003_000);
    expect(ticks.map(({ second, perSecond }) => [second, perSecond.api])).toEqual([
      [1001, 30],
      [1002, 30],
    ]);
    expect(rates.series.endsAt).toBe(1002);
    expect(rates.series.perSecond.api.slice(-4)).toEqual([0, 100, 30, 30]);
    expect(rates.series.perSecond.api).toHaveLength(300);
  });
});

describe('durations', () => {
  test('give percentiles within 5 %, and are forgotten after a minute', () => {
    const window = new DurationWindow();
    for (let ms = 1; ms <= 100; ms += 1) window.add(ms * 10, 1, 60_000);
    const { records, p50Ms, p99Ms } = window.at(61_000);
    expect(records).toBe(100);
    expect(p50Ms! / 500).toBeGreaterThanOrEqual(1);
    expect(p50Ms! / 500).toBeLessThan(1.06);
    expect(p99Ms! / 990).toBeGreaterThanOrEqual(1);
    expect(p99Ms! / 990).toBeLessThan(1.06);
    expect(window.at(120_000)).toEqual({ records: 0, p50Ms: null, p99Ms: null });
  });

  test('of records are counted when everything before an offset has arrived, in whatever order it was noted', () => {
    const inFlight = new InFlight();
    inFlight.note('u.pin', 0, 9, 5, 200);
    inFlight.note('u.pin', 0, 4, 5, 100);
    inFlight.note('u.pin', 1, 0, 1, 300);
    const seen: number[][] = [];
    inFlight.arrive('u.pin', 0, 9, (...each) => seen.push(each));
    expect(seen).toEqual([[5, 100]]);
    inFlight.arrive('u.pin', 0, 10, (...each) => seen.push(each));
    inFlight.arrive('u.pin', 0, 10, (...each) => seen.push(each));
    expect(seen).toEqual([
      [5, 100],
      [5, 200],
    ]);
  });
});

function observed(change: Partial<ObservedRequest> & { readonly answer?: unknown }): ObservedRequest {
  const { answer, ...rest } = change;
  return {
    requestId: 'r',
    atMs: 1,
    tookMs: 2,
    verb: 'POST',
    path: '/dev/topics/u.pin',
    route: '/topics/{topic}',
    parameters: {},
    status: 200,
    refused: undefined,
    backend:
      answer === undefined
        ? undefined
        : {
            sent: Buffer.from('{"StreamName":"pins"}'),
            sentHeaders: {},
            response: { status: 200, headers: {}, body: JSON.stringify(answer) },
          },
    ...rest,
  };
}

describe('what a request stored', () => {
  test('is read from the answer of the REST proxy, in ranges, without what it refused', () => {
    const offsets = [
      { partition: 1, offset: 7, error_code: null, error: null },
      { partition: 0, offset: 3, error_code: null, error: null },
      { partition: 1, offset: 8, error_code: null, error: null },
      { partition: null, offset: null, error_code: 2, error: 'no' },
    ];
    expect(storedBy(observed({ answer: { offsets } }))).toEqual({
      ranges: [
        { log: 'u.pin', partition: 0, first: 3, last: 3 },
        { log: 'u.pin', partition: 1, first: 7, last: 8 },
      ],
      failed: 1,
    });
  });

  test('is read from the sequence numbers of Kinesis, and reading a stream stores nothing', () => {
    // The first record of shard 0.
    const SequenceNumber = '49646437577108476416916876405827138351405051177397649410';
    const path = '/dev/streams/pins/record';
    const put = observed({ path, answer: { ShardId: 'shardId-000000000000', SequenceNumber } });
    expect(storedBy(put).ranges).toEqual([{ log: 'pins', partition: 0, first: 0, last: 0 }]);
    expect(storedBy(observed({ path, answer: { Records: [{ SequenceNumber }] } })).ranges).toEqual([]);
    expect(storedBy(observed({ path, answer: { Records: [{ ErrorCode: 'x' }] } }))).toEqual({ ranges: [], failed: 1 });
  });
});

describe('requests', () => {
  test('are remembered to the last 10,000, newest first, and found by a record', () => {
    const requests = new Requests();
    for (let at = 0; at < 10_005; at += 1)
      requests.add(
        observed({ requestId: `r${at}`, answer: { offsets: [{ partition: 0, offset: at, error_code: null }] } }),
      );
    expect(requests.hasForgotten).toBe(true);
    expect(requests.list(2).map(({ requestId }) => requestId)).toEqual(['r10004', 'r10003']);
    expect(requests.list(2, 'r10003').map(({ requestId }) => requestId)).toEqual(['r10002', 'r10001']);
    expect(requests.list(20_000)).toHaveLength(10_000);
    expect(requests.thatStored('u.pin', 0, 10_000)?.requestId).toBe('r10000');
    expect(requests.thatStored('u.pin', 0, 4)).toBeUndefined();
  });

  test('say who refused them', () => {
    const requests = new Requests();
    requests.add(observed({ status: 400, refused: 'Invalid request body' }));
    expect(requests.list(1)[0]!.outcome).toBe('refused by the gateway: Invalid request body');
  });
});

describe('events', () => {
  const live = { run: 1, hops: [] } as unknown as Live;
  const series = { endsAt: 0 } as Series;
  let made: { hops: number[] };
  const snapshot = (): Snapshot => ({ nowMs: 1, live: { ...live, hops: made.hops } as never, series });
  const hub = () => new EventHub(snapshot);
  beforeEach(() => {
    made = { hops: [1] };
  });

  const read = (text: string) =>
    text
      .split('\n\n')
      .filter((block) => block.startsWith('event:'))
      .map((block) => block.split('\n')[0]!.slice('event: '.length));

  test('begin with a snapshot, then hold what changed, and end with a good-bye', async () => {
    const events = hub();
    const reader = events.open();
    let text = '';
    reader.on('data', (part) => {
      text += part;
    });
    events.changed();
    await new Promise((resolve) => setTimeout(resolve, 300));
    made = { hops: [2] };
    events.changed();
    events.changed();
    await new Promise((resolve) => setTimeout(resolve, 600));
    events.stop();
    await once(reader, 'close');
    expect(read(text)).toEqual(['snapshot', 'change', 'change', 'bye']);
    expect(text.split('\n\n').at(-3)).toContain('"changed":{"hops":[2]}');
    expect(events.readers).toBe(0);
  });

  test('keep no more than so much for a reader that does not read, and give it one snapshot when it does', async () => {
    made = { hops: Array.from({ length: 20_000 }, () => 1) };
    const events = hub();
    const slow = events.open();
    for (let nth = 0; nth < 20; nth += 1) {
      made = { hops: [...made.hops.slice(1), nth + 2] };
      events.changed();
      await new Promise((resolve) => setTimeout(resolve, 260));
      expect(slow.readableLength).toBeLessThan(400_000);
    }
    let text = '';
    slow.on('data', (part) => {
      text += part;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    made = { hops: [0] };
    events.changed();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const names = read(text);
    expect(names.filter((name) => name !== 'heartbeat').at(-1)).toBe('snapshot');
    expect(names.length).toBeLessThan(12);
    events.stop();
    slow.destroy();
  }, 20_000);
});
