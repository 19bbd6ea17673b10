import { type LayerTables, Tables } from '.';
import { amounts, pin, record, titles, uuid } from './testing/records';

let tables: Tables;
let batch: LayerTables;
let speed: LayerTables;
beforeEach(async () => {
  tables = await Tables.open(':memory:');
  batch = tables.layer('batch');
  speed = tables.layer('speed');
});
afterEach(() => tables.close());

test('new tables are empty, and every question has an answer without rows', async () => {
  expect(await amounts(batch)).toEqual({ clean: 0, quarantined: 0, duplicates: 0 });
  expect(await tables.view('serving', 'top_category_by_country')).toEqual({
    columns: [
      { name: 'country', type: 'STRING' },
      { name: 'category', type: 'STRING' },
      { name: 'category_count', type: 'BIGINT' },
    ],
    rows: [],
  });
});

describe('one row per key', () => {
  test('a later record takes the place of an earlier one', async () => {
    await batch.ingest('pin', [record(0, pin(1, { title: 'old' })), record(1, pin(2, { title: 'other' }))], {});
    await batch.ingest('pin', [record(2, pin(1, { title: 'new' }))], {});
    expect(await titles(batch)).toEqual([
      [1, 'new'],
      [2, 'other'],
    ]);
    expect(await amounts(batch)).toEqual({ clean: 2, quarantined: 0, duplicates: 1 });
  });

  test('an earlier record that comes later does not', async () => {
    await batch.ingest('pin', [record(2, pin(1, { title: 'new' }))], {});
    await batch.ingest('pin', [record(0, pin(1, { title: 'old' }))], {});
    expect(await titles(batch)).toEqual([[1, 'new']]);
    expect(await amounts(batch)).toEqual({ clean: 1, quarantined: 0, duplicates: 1 });
  });

  test('on equal time the greater offset decides, whichever comes first', async () => {
    const first = record(1, pin(1, { title: 'first' }), { time: 7 });
    const second = record(2, pin(1, { title: 'second' }), { time: 7 });
    await batch.ingest('pin', [first], {});
    await batch.ingest('pin', [second], {});
    await speed.ingest('pin', [second], {});
    await speed.ingest('pin', [first], {});
    expect(await titles(batch)).toEqual([[1, 'second']]);
    expect(await titles(speed)).toEqual([[1, 'second']]);
  });

  test('time decides before the offset', async () => {
    await batch.ingest('pin', [record(1, pin(1, { title: 'later' }), { time: 9, partition: '1' })], {});
    await batch.ingest('pin', [record(5, pin(1, { title: 'earlier' }), { time: 8 })], {});
    expect(await titles(batch)).toEqual([[1, 'later']]);
  });

  test('a bad repeat erases nothing, whichever comes first', async () => {
    await batch.ingest('pin', [record(0, pin(1)), record(1, pin(2, { unique_id: 'x' }))], {});
    await batch.ingest('pin', [record(2, pin(1, { unique_id: 'x' })), record(3, pin(2))], {});
    expect(await amounts(batch)).toEqual({ clean: 2, quarantined: 2, duplicates: 0 });
  });
});

describe('replays', () => {
  const records = [
    record(0, pin(1, { title: 'old' })),
    record(1, 'not json'),
    record(2, pin(1, { title: 'new' })),
    record(3, pin(2)),
  ];

  test('the same records again change nothing', async () => {
    await batch.ingest('pin', records, { place: '4' });
    const [rows, counts, quarantine] = [
      await batch.rows('pin', 9),
      await batch.counts(),
      await batch.quarantine('pin', 9),
    ];
    await batch.ingest('pin', records, { place: '4' });
    await batch.ingest('pin', records.slice(0, 2), { place: '4' });
    expect([await batch.rows('pin', 9), await batch.counts(), await batch.quarantine('pin', 9)]).toEqual([
      rows,
      counts,
      quarantine,
    ]);
    expect(await amounts(batch)).toEqual({ clean: 2, quarantined: 1, duplicates: 1 });
  });

  test('a replay may bring new records along, older and newer', async () => {
    await batch.ingest('pin', [records[2]!], {});
    await batch.ingest('pin', [...records, record(4, pin(1, { title: 'newest' }))], {});
    await batch.ingest('pin', records, {});
    expect(await titles(batch)).toEqual([
      [1, 'newest'],
      [2, 'A title'],
    ]);
    expect(await amounts(batch)).toEqual({ clean: 2, quarantined: 1, duplicates: 2 });
  });

  test('one record twice in one batch is one record', async () => {
    await batch.ingest('pin', [...records, ...records], {});
    expect(await amounts(batch)).toEqual({ clean: 2, quarantined: 1, duplicates: 1 });
  });

  test('equal offsets of two partitions are two records', async () => {
    await batch.ingest('pin', [record(0, pin(1)), record(0, pin(2), { partition: '1' })], {});
    expect(await amounts(batch)).toEqual({ clean: 2, quarantined: 0, duplicates: 0 });
  });
});

describe('progress', () => {
  test('positions are kept by name, the last of each', async () => {
    await batch.ingest('pin', [record(0, pin(1))], { 'shard/0': '1', 'shard/1': '5' });
    await batch.ingest('geo', [], { 'shard/1': '6' });
    expect(await batch.progress()).toEqual(
      new Map([
        ['shard/0', '1'],
        ['shard/1', '6'],
      ]),
    );
    expect(await speed.progress()).toEqual(new Map());
  });

  test('the datasets of a layer may be taken in side by side', async () => {
    const geo = (ind: number) => ({ ind, timestamp: '2020-01-01T00:00:00Z', country: 'Peru' });
    const user = (ind: number) => ({
      ind,
      first_name: 'Ada',
      last_name: 'Stone',
      age: 30,
      date_joined: '2016-01-01T00:00:00Z',
    });
    for (let from = 0; from < 60; from += 20) {
      const records = <T>(row: (ind: number) => T) =>
        Array.from({ length: 20 }, (_, at) => record(from + at, row(from + at)));
      await Promise.all([
        batch.ingest('pin', records(pin), { pin: String(from) }),
        batch.ingest('geo', records(geo), { geo: String(from) }),
        batch.ingest('user', records(user), { user: String(from) }),
        batch.counts(),
        tables.view('batch', 'posts_by_join_year'),
      ]);
    }
    expect((await tables.view('batch', 'posts_by_join_year')).rows).toEqual([[2016, 60]]);
    expect(await batch.progress()).toEqual(
      new Map([
        ['pin', '40'],
        ['geo', '40'],
        ['user', '40'],
      ]),
    );
  });

  test('reset empties one layer alone', async () => {
    for (const layer of [batch, speed]) await layer.ingest('pin', [record(0, pin(1)), record(1, 'x')], { place: '1' });
    await batch.reset();
    expect(await amounts(batch)).toEqual({ clean: 0, quarantined: 0, duplicates: 0 });
    expect(await batch.progress()).toEqual(new Map());
    expect(await amounts(speed)).toEqual({ clean: 1, quarantined: 1, duplicates: 0 });
    await batch.ingest('pin', [record(0, pin(1))], { place: '1' });
    expect(await amounts(batch)).toEqual({ clean: 1, quarantined: 0, duplicates: 0 });
  });
});

describe('quarantine and counts', () => {
  test('the newest refused records come first, with reason, text and place', async () => {
    await batch.ingest('pin', [record(3, '[1]'), record(1, 'x'), record(2, pin(-1))], {});
    expect(await batch.quarantine('pin', 2)).toEqual({
      columns: [
        { name: 'reason', type: 'STRING' },
        { name: 'line', type: 'STRING' },
        { name: 'arrival_time_ms', type: 'BIGINT' },
        { name: 'arrival_partition', type: 'STRING' },
        { name: 'arrival_order', type: 'STRING' },
      ],
      rows: [
        ['not_json_object', '[1]', 3, '0', '00000000000000000003'],
        ['key_invalid', JSON.stringify(pin(-1)), 2, '0', '00000000000000000002'],
      ],
    });
  });

  test('counts are by reason, findings by word and of clean rows only', async () => {
    await batch.ingest(
      'pin',
      [
        record(0, pin(1, { title: 'Untitled', follower_count: 'many' })),
        record(1, pin(2, { title: 'Untitled', planet: 'Earth' })),
        record(2, pin(1, { follower_count: 'many' })),
        record(3, pin(3, { unique_id: 'x', title: 'Untitled' })),
        record(4, 'x'),
        record(5, 'y'),
      ],
      {},
    );
    expect((await batch.counts()).pin).toEqual({
      clean: 2,
      quarantined: 3,
      duplicates: 1,
      quarantinedByReason: { unique_id_invalid: 1, not_json_object: 2 },
      findings: { 'sentinel:title': 1, 'unreadable:follower_count': 1, extra_fields: 1, 'missing:category': 2 },
    });
  });

  test('pins of two keys that share a unique_id are kept and counted', async () => {
    await batch.ingest('pin', [record(0, pin(1)), record(1, pin(2, { unique_id: uuid(1) })), record(2, pin(3))], {});
    expect((await batch.counts()).pin).toMatchObject({ clean: 3, findings: { 'shared:unique_id': 2 } });
  });

  test('text that no encoding can hold is taken whole but for that', async () => {
    await speed.ingest(
      'pin',
      [record(0, 'nul \u0000 and lone \ud83d half'), record(1, pin(1, { title: 'a\u0000b' }))],
      {},
    );
    expect((await speed.quarantine('pin', 9)).rows[0]!.slice(0, 2)).toEqual([
      'not_json_object',
      'nul \u0000 and lone \ufffd half',
    ]);
    expect(await titles(speed)).toEqual([[1, 'a\u0000b']]);
  });
});
