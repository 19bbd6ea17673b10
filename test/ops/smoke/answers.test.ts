import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { type AnswersIndex, countedSince, problemsOfAnswers } from '../../../ops/smoke/answers';

/** An index whose every layer and dataset has read and refused so many. */
function given(asOf: string, read: number, refused: number): AnswersIndex {
  const fate = () => ({
    read,
    clean: 0,
    quarantined: refused,
    duplicates: 0,
    quarantinedByReason: refused > 0 ? { key_invalid: refused, no_json: 7 } : {},
  });
  const datasets = () => Object.fromEntries(DATASETS.map((dataset) => [dataset, fate()]));
  const counts = Object.fromEntries(LAYERS.map((layer) => [layer, datasets()])) as AnswersIndex['counts'];
  return { asOf, views: [], counts };
}

const BEFORE = given('2026-03-04T05:00:00Z', 100, 10);

test('posts that are counted, by a run that came after, are no problem', () => {
  expect(problemsOfAnswers(BEFORE, given('2026-03-04T06:00:00Z', 120, 30), 20)).toEqual([]);
  expect(problemsOfAnswers(undefined, given('2026-03-04T06:00:00Z', 20, 20), 20)).toEqual([]);
});

test('answers that nobody has written anew, or at all, are one', () => {
  expect(problemsOfAnswers(BEFORE, given('2026-03-04T05:00:00Z', 120, 30), 20)).toEqual([
    'answers: asOf is still 2026-03-04T05:00:00Z; no run has written them anew',
  ]);
  expect(problemsOfAnswers(BEFORE, undefined, 20)).toEqual(['answers: GET views still says that there are none']);
});

test('posts that one layer lacks are one, with what it counted', () => {
  const after = given('2026-03-04T06:00:00Z', 120, 30);
  after.counts.speed.geo = { ...after.counts.speed.geo, read: 103, quarantinedByReason: { key_invalid: 13 } };
  expect(problemsOfAnswers(BEFORE, after, 20)).toEqual([
    'answers: speed geo read 3 more records and refused 3 for their keys, not the 20 marked ones',
  ]);
  expect(countedSince(BEFORE, after).find(({ layer, dataset }) => layer === 'batch' && dataset === 'pin')).toEqual({
    layer: 'batch',
    dataset: 'pin',
    read: 20,
    refused: 20,
  });
});
