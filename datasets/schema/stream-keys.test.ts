import { perDataset } from '.';
import { datasetOfStreamKey, sharesStream, unassignedLine } from './stream-keys';

test.each([
  ['0a1b2c3d4e5f.pin', 'pin'],
  ['0a1b2c3d4e5f.geo', 'geo'],
  ['team-user.user', 'user'],
  ['pin', 'pin'],
  ['Geo', 'geo'],
  ['pin-partition', 'pin'],
  ['user_partition', 'user'],
  ['partition-geo', 'geo'],
  ['pinterest_data', 'pin'],
  ['geolocation_data', 'geo'],
  ['user_data', 'user'],
  ['streaming-0a1b2c3d4e5f-user', 'user'],
])('the key %s is of %s', (key, dataset) => {
  expect(datasetOfStreamKey(key)).toBe(dataset);
});

test.each(['partition-1', 'test', '7528', '', 'index', 'pin.1', 'spin', 'pins', 'user\n', 'user-partition-1'])(
  'the key %j names no dataset',
  (key) => {
    expect(datasetOfStreamKey(key)).toBeUndefined();
  },
);

test('streams are shared when they are one', () => {
  expect(sharesStream(perDataset(() => 'a'))).toBe(true);
  expect(sharesStream({ ...perDataset(() => 'a'), user: 'b' })).toBe(false);
});

test('what no key assigns keeps its line, and its key as JSON', () => {
  expect(unassignedLine('a "b"', '{"index":1}')).toBe('the partition key "a \\"b\\"" names no dataset: {"index":1}');
});
