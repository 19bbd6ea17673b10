import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadLetterLines, deadLetterReasons } from './dead-letter-reasons';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reasons-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lines = (...reasons: string[]) => reasons.map((reason) => `${JSON.stringify({ key: '1', reason })}\n`).join('');

test('reasons are counted, the commonest first, whatever the number of attempts', async () => {
  const file = join(folder, 'dead.ndjson');
  writeFileSync(file, lines('b', 'given up after 12 attempts: a', 'given up after 13 attempts: a'));
  expect(await deadLetterReasons(file)).toEqual([
    { reason: 'given up: a', records: 2 },
    { reason: 'b', records: 1 },
  ]);
  expect(await deadLetterReasons(file, lines('b').length)).toEqual([{ reason: 'given up: a', records: 2 }]);
  expect(await deadLetterReasons(join(folder, 'none.ndjson'))).toEqual([]);
});

test('three reasons are told with their file, and how many more there are', () => {
  const reasons = [1_200, 30, 2, 1, 1].map((records, at) => ({ reason: `reason ${at}`, records }));
  expect(deadLetterLines(reasons, 'x/dead.ndjson')).toEqual([
    'x/dead.ndjson holds the 1,234 records that could not be delivered:',
    '  1,200 × reason 0',
    '  30 × reason 1',
    '  2 × reason 2',
    '  2 × 2 more reasons',
  ]);
  expect(deadLetterLines([{ reason: 'r', records: 1 }], 'f')).toEqual([
    'f holds the record that could not be delivered:',
    '  1 × r',
  ]);
  expect(deadLetterLines([], 'f')).toEqual([]);
});
