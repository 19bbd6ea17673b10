import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { DATASETS, SCHEMAS } from '../schema';
import { cleaned, openDuckdb } from './testing/duckdb';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

const OUTCOMES = ['clean', 'duplicate', 'quarantined'];

/** Texts near the edges of the rules, besides any text at all. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\u0000',
    '\u00a0',
    '{',
    '}',
    '{}',
    '"',
    "'",
    '\\',
    '%',
    'null',
    'NaN',
    'Infinity',
    '-0',
    '1e308',
    '999999999.999999B',
    '🎄'.repeat(50),
    'x'.repeat(70_000),
  ),
  fc.stringMatching(/^[-+]?[0-9]{1,40}([.,][0-9]{0,40})?[ ]?[kKmMbBeE]?[-+]?[0-9]{0,4}$/),
  fc.stringMatching(
    /^[0-9]{4}[-:/][0-9]{2}[-:/][0-9]{2}[T ,]{1,2}[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{0,12})?( ?(Z|[-+][0-9]{2}:?([0-9]{2})?))?$/,
  ),
);
const value = fc.oneof(text, fc.double(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), fc.jsonValue());

test.each(DATASETS)(
  '%s: whatever comes, each record has one outcome and nothing fails',
  async (dataset) => {
    const fields = ['index', 'ind', ...SCHEMAS[dataset].sourceColumns.map(({ name }) => name), 'other'];
    const row = fc.dictionary(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...fields) }, { weight: 1, arbitrary: text }),
      value,
    );
    const keyed = row.map((some) =>
      JSON.stringify({ ...some, index: 7, unique_id: '00000000-0000-4000-8000-000000000001' }),
    );
    const line = fc.oneof(
      { weight: 3, arbitrary: keyed },
      row.map((some) => JSON.stringify(some)),
      fc.json(),
      text,
      fc.constantFrom(
        '['.repeat(5_000),
        `{"index":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
        '{"index":1,}',
        '{"index":NaN}',
        '{"\\ud800":1}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
        const rows = await cleaned(connection, dataset, ...lines);
        expect(rows).toHaveLength(lines.length);
        for (const { outcome, reason, line } of rows) {
          expect(OUTCOMES).toContain(outcome);
          expect(reason === null).toBe(outcome !== 'quarantined');
          expect(line === null).toBe(outcome !== 'quarantined');
        }
        const clean = rows.filter(({ outcome }) => outcome === 'clean').map(({ ind }) => ind);
        expect(new Set(clean).size).toBe(clean.length);
        expect(clean.every((ind) => Number(ind) >= 0)).toBe(true);
      }),
      { numRuns: 40 },
    );
  },
  120_000,
);
