import { cleanUp, givenPins } from './testing/kinesis';

afterEach(cleanUp);

const pins = { StreamName: 'pins' };

test('tags are added, replaced, listed by key and removed', async () => {
  const { send } = await givenPins();
  expect(await send('AddTagsToStream', { ...pins, Tags: { b: '1', a: '2' } })).toEqual({ status: 200, body: {} });
  await send('AddTagsToStream', { ...pins, Tags: { b: 'é 3', c: '' } });
  expect((await send('ListTagsForStream', { ...pins, Limit: 2 })).body).toEqual({
    Tags: [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: 'é 3' },
    ],
    HasMoreTags: true,
  });
  await send('RemoveTagsFromStream', { ...pins, TagKeys: ['a', 'nope'] });
  expect((await send('ListTagsForStream', { ...pins, ExclusiveStartTagKey: 'b' })).body).toEqual({
    Tags: [{ Key: 'c', Value: '' }],
    HasMoreTags: false,
  });
});

test('odd characters, more than 10 tags at a time and more than 50 in all are refused', async () => {
  const { send } = await givenPins();
  expect((await send('AddTagsToStream', { ...pins, Tags: { 'a!': 'b' } })).body.__type).toBe(
    'InvalidArgumentException',
  );
  const tags = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${from + index}`, 'v']));
  expect((await send('AddTagsToStream', { ...pins, Tags: tags(0, 11) })).body.__type).toBe('ValidationException');
  for (let from = 0; from < 50; from += 10)
    expect((await send('AddTagsToStream', { ...pins, Tags: tags(from, 10) })).status).toBe(200);
  expect((await send('AddTagsToStream', { ...pins, Tags: tags(50, 1) })).body).toEqual({
    __type: 'InvalidArgumentException',
    message:
      'Failed to add tags to stream pins under account 000000000000 because a given stream cannot have more than 50 tags associated with it.',
  });
});
