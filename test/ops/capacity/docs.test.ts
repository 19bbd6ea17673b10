import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitsTable } from '../../../ops/capacity/limits-table';

const page = readFileSync(join(__dirname, '../../../docs/capacity.md'), 'utf8');

test('the page has every limit with its source, as the report does (else: npm run readme)', () => {
  expect(/<!-- limits -->\n([\s\S]*?)\n<!-- \/limits -->/.exec(page)?.[1]).toBe(limitsTable());
});

test('what is taken from a document, measured and assumed is told apart, each with its date', () => {
  const rows = limitsTable().split('\n');
  expect(rows).toEqual(
    expect.arrayContaining([
      "| `kinesis/shard-records-in` | 1,000 records/s | Amazon Kinesis' API reference, as the AWS SDKs carry it, 2026-11 |",
      '| `rest-proxy/cpu-per-record` | 0.000036 vCPU-seconds | measured here with the real programs on two shared cores, 2026-11 |',
      '| `kafka/partition-bytes-in` | 10,485,760 bytes/s | assumed: nobody here has measured it, 2026-11 |',
    ]),
  );
  expect(rows.slice(2).filter((row) => !/, 20\d\d(-\d\d){0,2} \|$/.test(row))).toEqual([]);
});
