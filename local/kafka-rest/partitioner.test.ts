import { murmur2, partitionOfKey } from './partitioner';

test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['abc', 479470107],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['', 275646681],
  ['"abc"', 2018499084],
  ['"1"', 2141072032],
  ['1', -1993445489],
  ['{"id":1}', -56768732],
  ['"é"', 866203394],
])('murmur2 of %j is %d, as in Kafka', (text, expected) => {
  expect(murmur2(Buffer.from(text))).toBe(expected);
});

test.each([
  ['"abc"', 0, 0],
  ['"1"', 1, 4],
  ['1', 0, 3],
  ['{"id":1}', 0, 0],
  ['"é"', 2, 2],
])('the key %j goes to %d of 3 partitions and %d of 6', (key, of3, of6) => {
  expect([partitionOfKey(Buffer.from(key), 3), partitionOfKey(Buffer.from(key), 6)]).toEqual([of3, of6]);
});
