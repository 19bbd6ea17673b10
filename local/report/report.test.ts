import { perDataset } from '@pipeline/datasets/schema';
import { sparkLine } from './answer-lines';
import { type RunReport, renderRun } from './report';

test('who answered on Spark, and how long each notebook took, is one line', () => {
  expect(sparkLine({ version: '4.1.4', seconds: { batch: 20.14, stream: 3, serving: 9.96 } })).toBe(
    'Answered by the notebooks on Spark 4.1.4: batch 20.1 s, stream 3.0 s, serving 10.0 s.',
  );
});

const million = { read: 1_000_000, delivered: 1_000_000, deadLettered: 0, retried: 0 };
const stage = { stored: 1_000_000, refusedBySink: 0, clean: 990_000, quarantined: 9_900, duplicates: 100 };
const wrong = { rows: 1_234, golden: { differing: 3, first: 'row 1' } };

test('the tables of a million posts, every answer wrong, fit 80 columns', () => {
  const lines = renderRun({
    posts: 1_000_000,
    seed: 100,
    hardMode: false,
    replayed: { batch: perDataset(() => million), speed: perDataset(() => million) },
    stages: {
      batch: perDataset(() => ({ ...stage, quarantinedByReason: {} })),
      speed: perDataset(() => ({ ...stage, quarantinedByReason: {} })),
    },
    views: {
      median_followers_by_join_year_and_age_group_by_post: { batch: wrong, speed: wrong, serving: wrong },
    } as unknown as RunReport['views'],
    miscounts: [],
    notes: ['The stream s holds records, and nobody reads it. Read it.'],
    injected: {},
    seconds: 1,
    replaySeconds: 1,
  }).split('\n');
  expect(lines).toContain('Note: The stream s holds records, and nobody reads it. Read it.');
  const tables = lines.slice(
    0,
    lines.findIndex((line) => line.includes('rows differ')),
  );
  expect(tables).toContain('median_followers_by_join_year_and_age_group_    1,234  DIFFERS  DIFFERS  DIFFERS');
  expect(tables).toContain('  by_post');
  expect(Math.max(...tables.map((line) => line.length))).toBeLessThanOrEqual(80);
});
