import fc from 'fast-check';
import { GivenProxy } from './testing/proxy';

let given: GivenProxy;
beforeAll(async () => {
  given = await GivenProxy.open();
});
afterAll(() => given.close());

const segment = fc.oneof(
  fc.constantFrom(
    'topics',
    'pin',
    'partitions',
    '0',
    '-1',
    '99999999999',
    'offsets',
    'consumers',
    'g',
    'instances',
    'c1',
    'records',
  ),
  fc.constantFrom(
    'subscription',
    'assignments',
    'positions',
    'beginning',
    '%',
    '%2F',
    '%00',
    '..',
    '__proto__',
    'constructor',
    '',
  ),
  fc.string(),
);
const type = fc.constantFrom(
  undefined,
  'application/vnd.kafka.json.v2+json',
  'application/vnd.kafka.binary.v2+json',
  'application/vnd.kafka.avro.v2+json',
  'application/vnd.kafka.v2+json',
  'text/plain;;=',
);
const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.record({
    records: fc.array(
      fc.oneof(
        fc.jsonValue(),
        fc.record({ key: fc.jsonValue(), value: fc.jsonValue(), partition: fc.jsonValue() }, { requiredKeys: [] }),
      ),
      { maxLength: 4 },
    ),
  }),
  fc.record(
    { partitions: fc.jsonValue(), offsets: fc.jsonValue(), topics: fc.jsonValue(), name: fc.jsonValue() },
    { requiredKeys: [] },
  ),
  fc.record({ partitions: fc.array(fc.record({ topic: fc.constantFrom('pin', 'nope'), partition: fc.integer() })) }),
  fc.record({
    offsets: fc.array(
      fc.record({ topic: fc.constantFrom('pin', 'nope'), partition: fc.integer(), offset: fc.integer() }),
    ),
  }),
);
const body = fc.oneof(
  json.map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  json.map((value) => Buffer.from(JSON.stringify(value)).subarray(0, -2)),
);

test('whatever is sent, the answer is one that the real proxy gives, and the proxy serves on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
      fc.array(segment, { maxLength: 6 }),
      type,
      type,
      body,
      async (method, segments, contentType, accept, bytes) => {
        const path = `/${segments.join('/').replaceAll('?', '')}` as const;
        const answer = await given.send(`${method} ${path}?timeout=1`, {
          headers: { 'content-type': contentType, accept },
          body: bytes,
        });
        if (answer.status >= 400) {
          if (method !== 'HEAD') expect(Object.keys(answer.json as object)).toEqual(['error_code', 'message']);
          // A negative partition is a 500 of the real proxy too, and has nothing to report.
          expect([400, 404, 405, 406, 408, 409, 415, 422, 500]).toContain(answer.status);
        }
        expect(answer.text).not.toMatch(/\.ts\b|node_modules|\/tmp\//);
        expect(given.reported).toEqual([]);
      },
    ),
    { numRuns: 2_000, seed: 7 },
  );
  expect((await given.post('/topics/pin', { records: [{ value: 1 }] })).status).toBe(200);
});
