import type { Live } from '@pipeline/local/serving/contract';
import { lastVerdictOf, verdictOf } from './verdict';

const NOW = 1_000_000;

/** A pipeline that took six records and is right, unless a test says otherwise. */
function given(verdict: Partial<Live['verdict']> = {}, waiting = 0): Live {
  const right = { batch: 'right', speed: 'right', serving: 'right' } as const;
  return {
    verdict: {
      state: 'right',
      delivered: 6,
      sent: 6,
      views: { a: right, b: right },
      layersAgree: true,
      firstDifference: null,
      others: null,
      unaccounted: 0,
      notCompared: null,
      comparedMs: NOW,
      ...verdict,
    },
    hops: [{ waiting }, { waiting: 0 }],
    layers: { batch: { asOfMs: NOW - 5_000 }, speed: { asOfMs: NOW - 2_000 } },
  } as unknown as Live;
}

test.each([
  [{}, 0, 'good', 'Running. 6 records delivered, 2 of 2 answers right in three layers, newest record 2.0 s old.'],
  [{ state: 'empty' }, 0, 'waiting', 'Running, and empty. Send posts with `npm run emulate`.'],
  [
    { state: 'working', views: {}, layersAgree: null, sent: 12 },
    3,
    'waiting',
    'Running, 3 records on the way. 6 of 12 records delivered, newest record 2.0 s old.',
  ],
  [
    { delivered: 8 },
    0,
    'good',
    'Running. 8 records delivered, 2 of 2 answers right in three layers, newest record 2.0 s old.',
  ],
  [
    { state: 'wrong', unaccounted: 1 },
    0,
    'wrong',
    'Something is wrong. 1 record is unaccounted for, 6 records delivered, 2 of 2 answers right in three layers, newest record 2.0 s old.',
  ],
  [
    { state: 'agree', views: {}, sent: null },
    0,
    'good',
    'Running. 6 records delivered, batch and speed agree, newest record 2.0 s old.',
  ],
] as const)('%j with %d on the way is %s: %s', (verdict, waiting, tone, text) => {
  expect(verdictOf(given(verdict as Partial<Live['verdict']>, waiting), NOW)).toEqual({ tone, text });
});

test('of a pipeline that does not answer nobody knows it any more, and it is not good', () => {
  expect(lastVerdictOf(given(), NOW)).toEqual({
    tone: 'waiting',
    text: 'Not known now. Before: running. 6 records delivered, 2 of 2 answers right in three layers, newest record 2.0 s old.',
  });
});
