import { viewObjects } from './view-objects';

const objects = viewObjects({
  questions: () => [
    { name: 'posts_by_year', grain: 'one row per year' },
    { name: 'top_user', grain: 'one row per user' },
  ],
  view: async (layer, name) => ({
    columns: [{ name: 'what', type: 'VARCHAR' }],
    rows: [[`${name} of ${layer}`]],
    more: 1,
  }),
  counts: () => ({ batch: { pin: { read: 3 } } }),
  now: () => Date.parse('2026-03-04T05:06:07Z'),
});
const get = (key: string, headers: Record<string, string> = {}) =>
  objects({ method: 'GET', bucket: 'topics', key, headers });

test('an answer has columns and rows alone, as the objects of the cloud', async () => {
  const { status, headers, body } = await get('views/speed/top_user.json');
  expect([status, headers['content-type'], body]).toEqual([
    200,
    'application/json',
    '{"columns":[{"name":"what","type":"VARCHAR"}],"rows":[["top_user of speed"]]}',
  ]);
});

test('the index says how old the answers are, what there is to ask, and what became of the records', async () => {
  expect(JSON.parse(String((await get('views/index.json')).body))).toEqual({
    asOf: '2026-03-04T05:06:07.000Z',
    run: { id: null, date: '2026-03-04', schedule: null, finished: '2026-03-04T05:06:07.000Z', spark: null },
    views: [
      { name: 'posts_by_year', grain: 'one row per year', layers: ['batch', 'speed', 'serving'] },
      { name: 'top_user', grain: 'one row per user', layers: ['batch', 'speed', 'serving'] },
    ],
    counts: { batch: { pin: { read: 3 } } },
  });
});

test('an answer that has not changed is not sent again', async () => {
  const { headers } = await get('views/batch/top_user.json');
  expect(headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(await get('views/batch/top_user.json', { 'if-none-match': headers.etag! })).toEqual({
    status: 304,
    headers: { etag: headers.etag },
    body: '',
  });
  expect((await get('views/serving/top_user.json', { 'if-none-match': headers.etag! })).status).toBe(200);
});

test.each(['views/none/top_user.json', 'views/batch/toast.json', 'views/batch/../index.json', 'topics/ada.pin/1.json'])(
  '%s is not there, which S3 does not say',
  async (key) => {
    const { status, body } = await get(key);
    expect(status).toBe(403);
    expect(body).toContain('<Code>AccessDenied</Code>');
  },
);
