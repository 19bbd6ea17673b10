import { perDataset } from '@pipeline/datasets/schema';
import type { ExpectedAnswers } from '@pipeline/datasets/synthetic';
import type { LayerCounts } from '@pipeline/emulator';
import { viewsJson, viewTable } from './answer-lines';
import { checkView, checkViews, findMiscounts, noneDiffers } from './check';
import type { AllStageCounts, StageCounts } from './stage-counts';

const columns = [
  { name: 'country', type: 'STRING' },
  { name: 'posts', type: 'BIGINT' },
];

test('equal rows in equal order match', () => {
  const check = checkView(
    {
      columns,
      rows: [
        ['Åland', 2],
        ['Chad', null],
      ],
    },
    {
      columns: ['country', 'posts'],
      rows: [
        ['Åland', 2],
        ['Chad', null],
      ],
    },
  );
  expect(check).toEqual({ rows: 2, golden: 'match' });
});

test.each([
  [
    'a value',
    [
      ['Chad', 3],
      ['Mali', 1],
    ],
    1,
    'row 1: got ["Chad",3], expected ["Chad",2]',
  ],
  [
    'the order',
    [
      ['Mali', 1],
      ['Chad', 2],
    ],
    2,
    'row 1: got ["Mali",1], expected ["Chad",2]',
  ],
  [
    'a type',
    [
      ['Chad', '2'],
      ['Mali', 1],
    ],
    1,
    'row 1: got ["Chad","2"], expected ["Chad",2]',
  ],
  ['a missing row', [['Chad', 2]], 1, 'row 2: got nothing, expected ["Mali",1]'],
  [
    'a surplus row',
    [
      ['Chad', 2],
      ['Mali', 1],
      ['Niue', 1],
    ],
    1,
    'row 3: got ["Niue",1], expected nothing',
  ],
])('%s that differs is named', (_, rows, differing, first) => {
  const check = checkView(
    { columns, rows },
    {
      columns: ['country', 'posts'],
      rows: [
        ['Chad', 2],
        ['Mali', 1],
      ],
    },
  );
  expect(check.golden).toEqual({ differing, expectedRows: 2, first });
});

test('other columns are a difference even where nothing is in them', () => {
  const check = checkView({ columns, rows: [] }, { columns: ['country', 'post_year'], rows: [] });
  expect(check.golden).toMatchObject({ first: 'columns are country, posts; expected country, post_year' });
});

const SENT = { read: 10, delivered: 10, deadLettered: 0, retried: 0 };
const STAGE: StageCounts = {
  stored: 10,
  refusedBySink: 1,
  clean: 6,
  quarantined: 2,
  duplicates: 1,
  quarantinedByReason: { key_missing: 2 },
};
const RIGHT = {
  read: 10,
  refusedBySink: 1,
  clean: 6,
  quarantined: 2,
  duplicates: 1,
  quarantinedByReason: { key_missing: 2 },
};

const six = perDataset(() => 6);

function miscounts(sent: Partial<typeof SENT>, stage: Partial<StageCounts>, arrived?: number): string[] {
  const all = <T>(value: T, other: T) => ({
    batch: perDataset((dataset) => (dataset === 'pin' ? value : other)),
    speed: perDataset(() => other),
  });
  return findMiscounts(
    all({ ...SENT, ...sent }, SENT) as LayerCounts,
    all({ ...STAGE, ...stage }, STAGE) as AllStageCounts,
    all(RIGHT, RIGHT) as ExpectedAnswers['counts'],
    arrived === undefined ? undefined : { batch: { ...six, pin: arrived }, speed: six, serving: six },
  );
}

test('counts that add up say nothing', () => {
  expect(miscounts({}, {})).toEqual([]);
});

test('a record that was stored again is a duplicate and no miscount', () => {
  expect(miscounts({}, { stored: 11, duplicates: 2 })).toEqual([]);
  expect(miscounts({}, { stored: 11, quarantined: 3, quarantinedByReason: { key_missing: 3 } })).toEqual([]);
});

test.each([
  [{ read: 9, delivered: 9 }, { stored: 9, duplicates: 0 }, 'batch.pin: read 9 records, the source has 10'],
  [{ delivered: 9 }, {}, 'batch.pin: read 10 is not delivered 9 + dead-lettered 0'],
  [{ delivered: 9, deadLettered: 1 }, { stored: 9, clean: 5 }, 'batch.pin: 1 records could not be delivered'],
  [{}, { stored: 11 }, 'batch.pin: stored 11 is not clean 6 + quarantined 2 + duplicates 1 + refused by the sink 1'],
  [{}, { stored: 9, clean: 5 }, 'batch.pin: stored 9, fewer than the 10 delivered'],
  [{}, { clean: 5, duplicates: 2 }, 'batch.pin: 5 clean rows, expected 6'],
  [
    {},
    { quarantined: 1, duplicates: 2, quarantinedByReason: { key_missing: 1 } },
    'batch.pin: quarantined 1, expected 2',
  ],
  [{}, { refusedBySink: 2, duplicates: 0 }, 'batch.pin: refusedBySink 2, expected 1'],
  [
    {},
    { quarantinedByReason: { key_invalid: 2 } },
    'batch.pin: quarantined by reason {"key_invalid":2}, expected {"key_missing":2}',
  ],
])('%j %j is found', (sent, stage, sentence) => {
  expect(miscounts(sent, stage)).toContain(sentence);
});

describe('a question without a right answer', () => {
  const result = { columns, rows: [['Chad', 2]] };
  const wrong = { columns, rows: [['Chad', 3]] };
  const answers = (asked: typeof result) => ({
    'batch.asked': asked,
    'speed.asked': result,
    'serving.asked': result,
    'batch.new': result,
    'speed.new': wrong,
    'serving.new': result,
  });
  const expected = { asked: { columns: ['country', 'posts'], rows: [['Chad', 2]] } };

  test('is compared with nothing, and is no error', () => {
    const checks = checkViews(expected, answers(result));
    expect(Object.keys(checks)).toEqual(['asked', 'new']);
    expect(checks.asked!.batch).toEqual({ rows: 1, golden: 'match' });
    expect(checks.new!.speed).toEqual({ rows: 1, golden: 'no right answer known' });
    expect(noneDiffers(checks)).toBe(true);
    expect(noneDiffers(checkViews(expected, answers(wrong)))).toBe(false);
  });

  test('is told apart in the report', () => {
    const checks = checkViews(expected, answers(result));
    expect(viewTable(checks)).toEqual([
      'question  rows  batch    speed    serving',
      'asked        1  match    match    match',
      'new          1  unknown  unknown  unknown',
      'new: no right answer known; npm test says how to write it',
    ]);
    expect(viewsJson(checks)).toMatchObject({ asked: { golden: 'match' }, new: { golden: 'no right answer known' } });
  });
});

test("others' records may be more than were sent, but all of the source has to be there", () => {
  expect(miscounts({}, { stored: 12, clean: 8 })).toEqual(['batch.pin: 8 clean rows, expected 6']);
  expect(miscounts({}, { stored: 12, clean: 8 }, 6)).toEqual([]);
  expect(miscounts({}, { stored: 12, clean: 8 }, 5)).toContain('batch.pin: 5 keys of the source arrived, expected 6');
  expect(miscounts({}, { stored: 11, clean: 8, quarantined: 1 }, 6)).toContain(
    "batch.pin: 8 clean rows, of which 6 are the source's, and 1 records came beside it",
  );
});
