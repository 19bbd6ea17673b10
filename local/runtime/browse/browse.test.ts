import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATASETS } from '@pipeline/datasets/schema';
import { type Outputs, readOutputs } from '@pipeline/emulator';
import type {
  AnswersWithout,
  BeingComputed,
  Dictionary,
  FileLines,
  FilePage,
  LogAbout,
  QuarantinePage,
  QuarantineReason,
  RecordDetail,
  RecordPage,
  RequestEntry,
  RouteAbout,
  Snapshot,
  Trace,
  TryResult,
} from '../../serving/contract';
import { type ServeProcess, startServeProcess } from '../serve-process';

jest.setTimeout(180_000);

const root = mkdtempSync(join(tmpdir(), 'browse-'));
let server: ServeProcess;
let outputs: Outputs;
let startedMs: number;

const geo = (ind: number, changed: object = {}) => ({
  ind,
  timestamp: '2022-01-31T12:00:00Z',
  latitude: 59.9,
  longitude: 10.7,
  country: 'Norway',
  ...changed,
});

/** Three places in each layer: one good, one sent twice, one with a moment that nobody can read. */
beforeAll(async () => {
  startedMs = Date.now();
  server = await startServeProcess({
    env: 'dev',
    data: join(root, 'data'),
    outputs: root,
    reset: false,
    port: 0,
    auth: 'none',
    limits: 'off',
    stagePath: 'sent',
    fsync: false,
  });
  outputs = readOutputs('local', root);
  for (const row of [geo(1), geo(2), geo(2, { country: 'Sweden' }), geo(3, { timestamp: 'soon' })]) {
    await put(row);
    await post(row);
  }
  await send(
    'POST',
    new URL(`topics/${outputs.topics.geo}`, outputs.apiUrl),
    'application/vnd.kafka.json.v2+json',
    '{',
  );
  await write('flush');
});

afterAll(async () => {
  await server?.stop();
  rmSync(root, { recursive: true, force: true });
});

async function send(method: string, url: URL, type: string, body: string): Promise<Response> {
  return fetch(url, { method, headers: { 'content-type': type }, body });
}

const put = (row: { ind: number }) =>
  send(
    'PUT',
    new URL(`streams/${outputs.streams.geo}/record`, outputs.apiUrl),
    'application/json',
    JSON.stringify({ StreamName: outputs.streams.geo, PartitionKey: String(row.ind), Data: row }),
  );
const post = (row: { ind: number }) =>
  send(
    'POST',
    new URL(`topics/${outputs.topics.geo}`, outputs.apiUrl),
    'application/vnd.kafka.json.v2+json',
    JSON.stringify({ records: [{ key: String(row.ind), value: row }] }),
  );
const read = async <T>(path: string): Promise<T> => {
  const response = await fetch(new URL(path, server.viewsUrl));
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json() as Promise<T>;
};
const write = async <T>(path: string, body?: object): Promise<T> => {
  const response = await fetch(new URL(path, server.viewsUrl), {
    method: 'POST',
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json() as Promise<T>;
};
const refusal = async (path: string) => {
  const response = await fetch(new URL(path, server.viewsUrl));
  return [response.status, ((await response.json()) as { message: string }).message];
};

test('the snapshot counts every hop, by dataset', async () => {
  const { live, nowMs } = await read<Snapshot>('live');
  const hops = Object.fromEntries(live.hops.map(({ id, soFar, waiting, refused }) => [id, [soFar, waiting, refused]]));
  expect(hops).toEqual({
    api: [8, 0, 1],
    topic: [4, 0, 0],
    file: [4, 0, 0],
    batch: [4, 0, 1],
    stream: [4, 0, 0],
    speed: [4, 0, 1],
    serving: [0, 0, 0],
  });
  expect(live.hops.find(({ id }) => id === 'batch')!.byDataset).toMatchObject({
    geo: { soFar: 4, refused: 1 },
    pin: { soFar: 0, refused: 0 },
  });
  const { clean, quarantined, duplicates, asOfMs } = live.layers.speed;
  expect([clean.geo, quarantined.geo, duplicates.geo]).toEqual([2, 1, 1]);
  expect(asOfMs).toBeGreaterThanOrEqual(startedMs);
  expect(asOfMs).toBeLessThanOrEqual(nowMs);
  expect(live.ends[outputs.streams.geo]!.reduce((all, end) => all + end, 0)).toBe(4);
  expect(live.openFiles).toEqual([]);
  expect(live.latency.log.records).toBe(8);
  expect(live.latency.speed.records).toBe(4);
  expect(live.verdict).toMatchObject({ delivered: 8, unaccounted: 0 });
});

test('the serving layer’s rows are counted while somebody looks', async () => {
  const pin = { index: 1, unique_id: '851d0322-6989-4626-b743-6851e27bbcfe', title: 'Mine' };
  const body = JSON.stringify({ StreamName: outputs.streams.pin, PartitionKey: '1', Data: pin });
  await send('PUT', new URL(`streams/${outputs.streams.pin}/record`, outputs.apiUrl), 'application/json', body);
  await write('flush');
  const servedNow = async () => (await read<Snapshot>('live')).live.hops.find(({ id }) => id === 'serving')!.soFar;
  for (let times = 0; times < 600 && (await servedNow()) === 0; times += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await servedNow()).toBe(1);
});

test('topics and streams are listed with their partitions, and a topic of no dataset is one', async () => {
  const logs = await read<LogAbout[]>('logs');
  const geoTopic = logs.find(({ name }) => name === outputs.topics.geo)!;
  const geoStream = logs.find(({ name }) => name === outputs.streams.geo)!;
  const records = ({ partitions }: LogAbout) => partitions.reduce((all, { begin, end }) => all + end - begin, 0);
  expect(geoTopic).toMatchObject({ kind: 'topic', dataset: 'geo', retentionHours: null });
  expect(geoStream).toMatchObject({ kind: 'stream', dataset: 'geo', retentionHours: 24 });
  expect([records(geoTopic), records(geoStream)]).toEqual([4, 4]);
  expect(geoTopic.partitions[0]!.shard).toBeNull();
  expect(geoStream.partitions[0]!.shard).toBe('shardId-000000000000');
  expect(logs.filter(({ dataset }) => dataset === null).length).toBeGreaterThan(0);
});

/** The partition of a topic or stream that holds a key, and its records there. */
async function ofKey(log: string, key: string): Promise<{ partition: number; page: RecordPage }> {
  const { partitions } = (await read<LogAbout[]>('logs')).find(({ name }) => name === log)!;
  for (const { partition } of partitions) {
    const page = await read<RecordPage>(`logs/${log}/${partition}?key=${key}`);
    if (page.records.length > 0) return { partition, page };
  }
  throw new Error(`no partition of ${log} holds ${key}`);
}

test('records are found by key, newest first, and by offset and time', async () => {
  for (const log of [outputs.topics.geo, outputs.streams.geo]) {
    const { partition, page } = await ofKey(log, '2');
    expect(page.records.map(({ value }) => JSON.parse(value!.text).country)).toEqual(['Sweden', 'Norway']);
    expect(page.searchedTo).toBe(0);
    const [newest, older] = page.records;
    const from = await read<RecordPage>(`logs/${log}/${partition}?from=${older!.offset}&limit=1`);
    expect(from.records.map(({ offset }) => offset)).toEqual([older!.offset]);
    const at = await read<RecordPage>(`logs/${log}/${partition}?at=${newest!.atMs}`);
    expect(at.records.map(({ offset }) => offset)).toContain(newest!.offset);
    const before = await read<RecordPage>(`logs/${log}/${partition}?before=${newest!.offset}`);
    expect(before.records.map(({ offset }) => offset)).not.toContain(newest!.offset);
  }
});

test('a record of a topic is shown as sent, stored, filed and cleaned', async () => {
  const { partition, page } = await ofKey(outputs.topics.geo, '2');
  const offset = page.records[1]!.offset;
  const record = await read<RecordDetail>(`logs/${outputs.topics.geo}/${partition}/${offset}`);
  expect(record).toMatchObject({ kind: 'topic', dataset: 'geo', layer: 'batch', sequenceNumber: null, sentWhy: null });
  expect(record.sent).toMatchObject({ verb: 'POST', route: '/{proxy+}', status: 200, outcome: 'stored' });
  expect(JSON.parse(record.value!.text)).toEqual(geo(2));
  expect(record.filed).toMatchObject({ state: 'closed' });
  expect(JSON.parse((record.filed as { text: { text: string } }).text.text)).toEqual({
    ...geo(2),
    kafka_partition: partition,
    kafka_offset: offset,
    kafka_timestamp: record.atMs,
  });
  expect(record.cleaned).toMatchObject({ outcome: 'duplicate', reason: null });
  const bytes = await fetch(new URL(`logs/${outputs.topics.geo}/${partition}/${offset}/value`, server.viewsUrl));
  expect(await bytes.json()).toEqual(geo(2));
});

test('a quarantined record of a stream says why, in the rule’s words', async () => {
  const { partition, page } = await ofKey(outputs.streams.geo, '3');
  const record = await read<RecordDetail>(`logs/${outputs.streams.geo}/${partition}/${page.records[0]!.offset}`);
  expect(record.filed).toBeNull();
  expect(record.sequenceNumber).toMatch(/^\d{56}$/);
  expect(record.cleaned).toMatchObject({ outcome: 'quarantined', reason: 'timestamp_invalid' });
  expect(record.cleaned!.reasonWords).toBe(
    'The timestamp has an unknown form, a day that does not exist, or a year outside of 1000 to 9999.',
  );
});

test('the lake’s files are listed, and read line by line', async () => {
  const { files, total } = await read<FilePage>(`files?log=${outputs.topics.geo}`);
  expect(total).toBe(files.length);
  expect(files.every(({ takenIn, log }) => takenIn && log === outputs.topics.geo)).toBe(true);
  const lines = await Promise.all(
    files.map(({ file }) => read<FileLines>(`files/lines?file=${encodeURIComponent(file)}`)),
  );
  expect(lines.flatMap((page) => page.lines)).toHaveLength(4);
  const longest = lines.find((page) => page.lines.length > 1)!;
  const second = await read<FileLines>(`files/lines?file=${encodeURIComponent(longest.file)}&from=2&limit=1`);
  expect(second.lines).toEqual([longest.lines[1]]);
  expect(await read<FilePage>(`files?log=${outputs.topics.pin}`)).toEqual({ files: [], total: 0 });
});

test('a post’s records are followed in both layers, and the one that is served is the newest', async () => {
  const trace = await read<Trace>('trace/2');
  expect(trace.records.map(({ layer, outcome }) => `${layer} ${outcome}`).sort()).toEqual([
    'batch clean',
    'batch duplicate',
    'speed clean',
    'speed duplicate',
  ]);
  const steps = trace.records[0]!.steps.map(({ step, state }) => `${step} ${state}`);
  expect(steps.slice(0, 2)).toEqual(['sent done', 'stored done']);
  const newest = trace.records
    .filter(({ outcome }) => outcome === 'clean')
    .sort((a, b) => b.steps[1]!.atMs! - a.steps[1]!.atMs!)[0]!;
  expect(trace.served!.geo).toMatchObject({ layer: newest.layer, log: newest.log, offset: newest.offset });
  expect(trace.served!.pin.layer).toBeNull();
  const refused = await read<Trace>('trace/3');
  expect(refused.records.map(({ outcome }) => outcome)).toEqual(['quarantined', 'quarantined']);
  expect((await read<Trace>('trace/999')).records).toEqual([]);
});

test('every answer is computed without a post, where there is such a key', async () => {
  const without = await read<AnswersWithout>('trace/2/without');
  // A place without its pin is in no answer.
  expect(without.views).toEqual([]);
  expect(without.unchanged).toHaveLength((await read<unknown[]>('views')).length);
  expect(await refusal('trace/x/without')).toEqual([
    400,
    "the key of a post in the answers is a whole number, got 'x'",
  ]);
});

test('whoever does not want to wait for what goes through whole tables is told that it is being computed', async () => {
  const asked = Date.now();
  const early = await fetch(new URL('trace/1/without?within=0', outputs.viewsUrl));
  const told = (await early.json()) as BeingComputed;
  expect([early.status, told.computing]).toEqual([202, 'every answer without post 1']);
  expect(told.sinceMs).toBeGreaterThanOrEqual(asked);
  expect((await read<AnswersWithout>('trace/1/without?within=60000')).unchanged.length).toBeGreaterThan(0);
  expect(await refusal('views/top_category_by_year?within=soon')).toEqual([
    400,
    "within must be a whole number from 0 to 60000, got 'soon'",
  ]);
});

test('the quarantine is listed by reason, then record by record, a page at a time', async () => {
  const reasons = await read<QuarantineReason[]>('quarantine/reasons');
  expect(reasons.map(({ layer, dataset, reason, records }) => [layer, dataset, reason, records]).sort()).toEqual([
    ['batch', 'geo', 'timestamp_invalid', 1],
    ['speed', 'geo', 'timestamp_invalid', 1],
  ]);
  const first = await read<QuarantinePage>('quarantine/records?limit=1');
  expect([first.total, first.records.length]).toEqual([2, 1]);
  const second = await read<QuarantinePage>(`quarantine/records?limit=1&before=${encodeURIComponent(first.before!)}`);
  expect(second.before).toBeNull();
  expect([...first.records, ...second.records].map(({ layer }) => layer).sort()).toEqual(['batch', 'speed']);
  expect(JSON.parse(second.records[0]!.line.text)).toEqual(geo(3, { timestamp: 'soon' }));
  expect((await read<QuarantinePage>('quarantine/records?reason=key_invalid')).total).toBe(0);
});

test('requests are remembered, newest first, the refused with who refused them', async () => {
  const requests = await read<RequestEntry[]>('requests?limit=3');
  expect(requests).toHaveLength(3);
  const all = await read<RequestEntry[]>('requests?limit=100');
  expect(all.filter(({ outcome }) => outcome === 'stored').length).toBe(9);
  const refused = all.find(({ status }) => status >= 400)!;
  expect(refused).toMatchObject({ verb: 'POST', route: '/{proxy+}', status: 400, stored: [] });
});

test('a route is tried without a trace, and sent only when that is asked for', async () => {
  const routes = await read<RouteAbout[]>('routes');
  const { verb, example } = routes.find(({ path }) => path === '/streams/{stream-name}/record')!;
  const before = (await read<Snapshot>('live')).live.ends;
  const tried = await write<TryResult>('routes/try', { verb, ...example, send: false });
  expect(tried.stored).toEqual([]);
  expect((await read<Snapshot>('live')).live.ends).toEqual(before);
  const sent = await write<TryResult>('routes/try', { verb, ...example, send: true });
  expect(sent.stored).toHaveLength(1);
});

test('the dictionary counts what each rule’s reasons have met', async () => {
  const { rules, datasets } = await read<Dictionary>('fields');
  expect(rules.find(({ id }) => id === 'timestamp_invalid')).toMatchObject({ kind: 'reason', records: 2 });
  expect(rules.find(({ id }) => id === 'key_invalid')!.records).toBe(0);
  expect(datasets.map(({ dataset }) => dataset)).toEqual(DATASETS);
});

test.each([
  ['logs/nope/0', 404, /^no topic or stream 'nope' \(known: /],
  ['logs/{topic}/99', 404, /has no partition '99' \(it has 0 to \d+\)/],
  ['logs/{topic}/0/99999', 404, /has no offset '99999'/],
  ['logs/{topic}/0?from=-1', 400, /^from must be a whole number from 0/],
  ['files/lines?file=../../outputs/local.json', 404, /^no file '..\/..\/outputs\/local.json' was closed by the sink/],
  ['quarantine/records?layer=serving', 400, /^layer must be one of batch, speed, got 'serving'/],
  ['quarantine/records?before=x', 400, /^before must be what a page before gave/],
  ['requests?limit=0.5', 400, /^limit must be a whole number/],
])('%s answers %d', async (path, status, message) => {
  const [got, said] = await refusal(path.replace('{topic}', outputs.topics.geo));
  expect(got).toBe(status);
  expect(said).toMatch(message);
});
