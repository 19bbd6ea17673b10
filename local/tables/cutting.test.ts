import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type LayerTables, type RawRecord, Tables } from '.';
import { fileOf, pin, record, sinkLine } from './testing/records';

/** What a generated record is made of, and so what must become of it. */
interface Drawn {
  readonly key: number;
  readonly kind: 'good' | 'no UUID' | 'bad key' | 'two keys' | 'foreign' | 'no object';
  readonly version: number;
  readonly partition: number;
  /** Time since the record before it in its partition. */
  readonly wait: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  key: fc.integer({ min: 0, max: 5 }),
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('good' as const) },
    { weight: 1, arbitrary: fc.constantFrom('no UUID', 'bad key', 'two keys', 'foreign', 'no object') },
  ),
  version: fc.integer({ min: 0, max: 999 }),
  partition: fc.integer({ min: 0, max: 1 }),
  wait: fc.integer({ min: 0, max: 1 }),
});

const REASONS: Record<Exclude<Drawn['kind'], 'good'>, string> = {
  'no UUID': 'unique_id_invalid',
  'bad key': 'key_invalid',
  'two keys': 'key_conflict',
  foreign: 'foreign_record',
  'no object': 'not_json_object',
};

function rowOf({ key, kind, version }: Drawn): unknown {
  if (kind === 'no UUID') return pin(key, { unique_id: `v${version}` });
  if (kind === 'bad key') return { ...pin(key), index: `k${key}` };
  if (kind === 'two keys') return pin(key, { ind: key + 1 });
  if (kind === 'foreign') return { index: key, country: 'Peru' };
  if (kind === 'no object') return `[${version}]`;
  return pin(key, { title: `v${version}`, ...(version % 3 === 0 && { follower_count: 'many' }) });
}

function placed(all: readonly Drawn[]): { drawn: Drawn; record: RawRecord }[] {
  const offsets = [0, 0];
  const times = [0, 0];
  return all.map((each) => {
    times[each.partition]! += each.wait;
    const place = { time: times[each.partition]!, partition: String(each.partition) };
    return { drawn: each, record: record(offsets[each.partition]!++, rowOf(each), place) };
  });
}

/** The end by a plain fold over single records: no SQL, no batches. */
function expectedEnd(all: readonly { drawn: Drawn; record: RawRecord }[]) {
  const later = (a: RawRecord, b: RawRecord) =>
    a.arrivalTimeMs - b.arrivalTimeMs ||
    (a.arrivalOrder === b.arrivalOrder
      ? Number(a.arrivalPartition) - Number(b.arrivalPartition)
      : a.arrivalOrder < b.arrivalOrder
        ? -1
        : 1);
  const winners = new Map<number, { drawn: Drawn; record: RawRecord }>();
  const reasons: Record<string, number> = {};
  let good = 0;
  for (const each of all) {
    if (each.drawn.kind !== 'good') {
      const reason = REASONS[each.drawn.kind];
      reasons[reason] = (reasons[reason] ?? 0) + 1;
      continue;
    }
    good++;
    const known = winners.get(each.drawn.key);
    if (!known || later(each.record, known.record) > 0) winners.set(each.drawn.key, each);
  }
  const sorted = [...winners.entries()].sort(([a], [b]) => a - b);
  return {
    rows: sorted.map(
      ([
        key,
        {
          drawn: { version },
          record: { arrivalPartition, arrivalOrder },
        },
      ]) => [key, `v${version}`, arrivalPartition, arrivalOrder],
    ),
    clean: winners.size,
    duplicates: good - winners.size,
    quarantinedByReason: reasons,
    unreadable: sorted.filter(
      ([
        ,
        {
          drawn: { version },
        },
      ]) => version % 3 === 0,
    ).length,
  };
}

async function endOf(layer: LayerTables) {
  const { columns, rows } = await layer.rows('pin', 100);
  const at = ['ind', 'title', 'arrival_partition', 'arrival_order'].map((name) =>
    columns.findIndex((column) => column.name === name),
  );
  const { clean, duplicates, quarantinedByReason, findings } = (await layer.counts()).pin;
  return {
    rows: rows.map((row) => at.map((index) => row[index])),
    clean,
    duplicates,
    quarantinedByReason,
    unreadable: findings['unreadable:follower_count'] ?? 0,
  };
}

/** Where to cut, in which order to take the pieces, which of them to take again at the end. */
interface Plan {
  readonly cuts: readonly number[];
  readonly order: Iterator<number>;
  readonly again: readonly number[];
  /** Whether a piece may be other than a run of neighbours. */
  readonly scattered: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  cuts: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 5 }),
  order: fc.infiniteStream(fc.nat()),
  again: fc.array(fc.nat(), { maxLength: 2 }),
  scattered: fc.boolean(),
});

function pieces<T>(all: readonly T[], { cuts, order, again, scattered }: Plan): T[][] {
  const line = scattered ? shuffled(all, order) : all;
  const edges = [...new Set([0, ...cuts.map((cut) => Math.min(cut, line.length)), line.length])].sort((a, b) => a - b);
  const cut = shuffled(
    edges.slice(1).map((edge, index) => line.slice(edges[index]!, edge)),
    order,
  );
  return [...cut, ...again.flatMap((at) => (cut.length > 0 ? [cut[at % cut.length]!] : []))];
}

function shuffled<T>(items: readonly T[], order: Iterator<number>): T[] {
  return items
    .map((item) => ({ item, place: order.next().value as number }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

let folder: string;
let tables: Tables;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cutting-'));
  tables = await Tables.open(':memory:');
});
afterAll(async () => {
  await tables.close();
  rmSync(folder, { recursive: true });
});

test('however records from memory are cut, ordered and repeated, the end is that of one record at a time', async () => {
  const layer = tables.layer('speed');
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { maxLength: 40 }), plan, async (all, how) => {
      const records = placed(all);
      await layer.reset();
      for (const piece of pieces(records, how))
        await layer.ingest(
          'pin',
          piece.map((each) => each.record),
          {},
        );
      expect(await endOf(layer)).toEqual(expectedEnd(records));
    }),
    { numRuns: 40 },
  );
}, 120_000);

test('however files are cut, ordered and repeated, the end is that of one record at a time', async () => {
  const layer = tables.layer('batch');
  let files = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(drawn, { maxLength: 40 }),
      plan,
      fc.integer({ min: 1, max: 3 }),
      async (all, how, together) => {
        // What is no object never reaches a file.
        const records = placed(all).filter((each) => each.drawn.kind !== 'no object');
        await layer.reset();
        const paths = pieces(records, how).map((piece) =>
          fileOf(
            folder,
            `${files++}.json`,
            piece.map((each) => sinkLine(each.record)),
          ),
        );
        for (let from = 0; from < paths.length; from += together)
          await layer.ingestFiles('pin', paths.slice(from, from + together), {});
        expect(await endOf(layer)).toEqual(expectedEnd(records));
      },
    ),
    { numRuns: 30 },
  );
}, 120_000);
