import { RuleDesk } from './rule-desk';

const LINE = '{"index":1,"unique_id":"00000000-0000-4000-8000-000000000001","title":" A title ","follower_count":"1k"}';

test('records beside each other, of different datasets, each have their own steps', async () => {
  const desk = new RuleDesk();
  desk.warm();
  const [pin, geo, other] = await Promise.all([
    desk.steps('pin', LINE),
    desk.steps('geo', '{"ind":1,"country":" Peru "}'),
    desk.steps('pin', LINE.replace('1k', '2M')),
  ]);
  const changed = (steps: typeof pin) => steps.map(({ column, before, after }) => [column, before, after]);
  expect(changed(pin!)).toContainEqual(['follower_count', '1k', 1000]);
  expect(changed(other!)).toContainEqual(['follower_count', '2M', 2_000_000]);
  expect(changed(geo!)).toEqual([['country', ' Peru ', 'Peru']]);
  await desk.close();
}, 60_000);

test('what is being planned keeps nobody from closing', async () => {
  const desk = new RuleDesk();
  desk.warm();
  const late = desk.steps('user', '{"ind":1}');
  await desk.close();
  await expect(late).rejects.toThrow('the runtime stops');
  await new RuleDesk().close();
}, 60_000);
