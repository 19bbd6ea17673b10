import { RULES } from '@pipeline/datasets/rules';
import { dictionaryOf } from './dictionary';

const given = () =>
  dictionaryOf(
    [{ name: 'median_followers_by_age_group', asks: 'How many followers?', reads: ['pin.follower_count', 'user.age'] }],
    [
      { quarantinedByReason: { unique_id_invalid: 2 }, findings: { 'sentinel:title': 5 } },
      { quarantinedByReason: { unique_id_invalid: 1 }, findings: {} },
    ],
  );

test('a column knows its field, its rules and the questions that read it', () => {
  const pin = given().datasets.find(({ dataset }) => dataset === 'pin')!;
  const followers = pin.columns.find(({ column }) => column === 'follower_count')!;
  expect(followers).toMatchObject({
    type: 'BIGINT',
    from: ['follower_count'],
    questions: ['median_followers_by_age_group'],
  });
  expect(followers.rules).toContain('F1');
  expect(pin.columns.find(({ column }) => column === 'title')!.questions).toEqual([]);
});

test('a column made of several fields, or of one with another name, says so', () => {
  const { datasets } = given();
  const from = (dataset: string, column: string) =>
    datasets.find((each) => each.dataset === dataset)!.columns.find((each) => each.column === column)!.from;
  expect(from('geo', 'coordinates')).toEqual(['latitude', 'longitude']);
  expect(from('user', 'user_name')).toEqual(['first_name', 'last_name']);
  expect(from('pin', 'ind')).toEqual(['index']);
  expect(from('pin', 'tags')).toEqual(['tag_list']);
});

test('every field of the source goes somewhere', () => {
  const { datasets } = given();
  const lost = datasets.flatMap(({ fields }) => fields.filter(({ columns }) => columns.length === 0));
  expect(lost.map(({ field }) => field)).toEqual([]);
});

test('reasons and findings are counted over both layers', () => {
  const { rules } = given();
  expect(rules.find(({ id }) => id === 'unique_id_invalid')).toMatchObject({
    kind: 'reason',
    datasets: ['pin'],
    records: 3,
  });
  expect(rules.find(({ id }) => id === 'sentinel:title')).toMatchObject({ kind: 'finding', records: 5 });
  expect(rules.filter(({ kind }) => kind === 'rule')).toHaveLength(RULES.length);
});
