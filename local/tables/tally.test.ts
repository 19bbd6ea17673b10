import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { Tables } from '.';
import { Tally } from './tally';
import { pin, record } from './testing/records';

const NOTHING = { clean: 0, quarantined: 0, duplicates: 0, quarantinedByReason: {}, findings: {} };

test('changes are added up by outcome, reason and finding, and what comes to nothing is not named', () => {
  const tally = new Tally();
  expect(tally.counts).toEqual(NOTHING);
  tally.add([
    { outcome: 'clean', reason: null, findings: 'sentinel:title,extra_fields', records: 3 },
    { outcome: 'clean', reason: null, findings: '', records: 2 },
    { outcome: 'quarantined', reason: 'key_invalid', findings: '', records: 4 },
    { outcome: 'duplicate', reason: null, findings: '', records: 5 },
  ]);
  tally.add([
    { outcome: 'clean', reason: null, findings: 'extra_fields', records: -3 },
    { outcome: 'duplicate', reason: null, findings: '', records: 1 },
  ]);
  expect(tally.counts).toEqual({
    clean: 2,
    quarantined: 4,
    duplicates: 6,
    quarantinedByReason: { key_invalid: 4 },
    findings: { 'sentinel:title': 3 },
  });
});

describe('of tables', () => {
  const file = join(tmpdir(), `tally-${process.pid}.duckdb`);
  afterEach(() => rmSync(file, { force: true }));

  test('is kept while records come, and counted anew when they are opened again', async () => {
    const kept = {
      clean: 2,
      quarantined: 2,
      duplicates: 2,
      quarantinedByReason: { unique_id_invalid: 1, not_json_object: 1 },
      findings: { 'sentinel:title': 1, 'missing:category': 2 },
    };
    let tables = await Tables.open(file);
    const batch = () => tables.layer('batch');
    try {
      await batch().ingest('pin', [record(0, pin(1)), record(1, pin(2, { title: 'Untitled' })), record(2, 'x')], {});
      // One that was taken before, one that takes the place of another, one that comes too late, and one that is refused.
      const older = record(9, pin(2), { time: 0 });
      await batch().ingest(
        'pin',
        [record(2, 'x'), record(3, pin(1)), older, record(4, pin(3, { unique_id: 'x' }))],
        {},
      );
      expect(batch().tally()).toEqual({ ...perDataset(() => NOTHING), pin: kept });
      expect(batch().newestMs).toBe(4);
      await tables.close();
      tables = await Tables.open(file);
      expect(batch().tally()).toEqual({ ...perDataset(() => NOTHING), pin: kept });
      expect(batch().newestMs).toBe(4);
      expect(tables.layer('speed').tally().pin).toEqual(NOTHING);
      await batch().reset();
      expect(batch().tally().pin).toEqual(NOTHING);
    } finally {
      await tables.close();
    }
  });
});
