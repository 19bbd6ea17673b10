import fc from 'fast-check';
import { parseSequenceNumber, sequenceNumber, shardBase } from './sequence-numbers';

const CREATED = 1_700_000_000;

test.each([
  [0, -1, 0, '49646437577108476416916876405825929425585429676275269634'],
  [0, 0, 100, '49646437577108476416916876405827138351405051177397649410'],
  [1, -1, 0, '49646437577130777162115407028967465143858078037781250066'],
])('shard %d, offset %d, %d s after creation has the number of the reference', (shard, offset, seconds, number) => {
  expect(sequenceNumber(shardBase(CREATED, shard), offset, (CREATED + seconds) * 1000)).toBe(number);
});

const seconds = fc.integer({ min: 1_400_000_000, max: 4_000_000_000 });
const shardIndex = fc.integer({ min: 0, max: 99_999 });
const offset = fc.integer({ min: -1, max: 2 ** 50 });

test('a number tells what it was made of', () => {
  fc.assert(
    fc.property(seconds, shardIndex, offset, seconds, (createdSeconds, shard, at, arrivalSeconds) => {
      const number = sequenceNumber(shardBase(createdSeconds, shard), at, arrivalSeconds * 1000 + 999);
      expect(number).toMatch(/^\d{56}$/);
      expect(parseSequenceNumber(number)).toEqual({
        createdSeconds,
        shardIndex: shard,
        offset: at,
        arrivalSeconds,
      });
    }),
  );
});

test('numbers of a shard increase with the offset, as text and as numbers', () => {
  fc.assert(
    fc.property(
      shardIndex,
      offset,
      fc.integer({ min: 1, max: 2 ** 40 }),
      seconds,
      seconds,
      (shard, at, more, s1, s2) => {
        const base = shardBase(CREATED, shard);
        const earlier = sequenceNumber(base, at, s1 * 1000);
        const later = sequenceNumber(base, at + more, s2 * 1000);
        expect(later > earlier).toBe(true);
        expect(BigInt(later) > BigInt(earlier)).toBe(true);
      },
    ),
  );
});

test.each([
  ['0'],
  ['1'],
  ['9'.repeat(129)],
  // Version 1 and a byte that is not 0.
  ['49646437577108476416916876405825929425585429676275269633'],
  [String(49646437577108476416916876405825929425585429676275269634n + (1n << 72n))],
  // The nibble of shard 1 before the index of shard 0.
  [String(49646437577108476416916876405825929425585429676275269634n + (1n << 144n))],
])('%s is no number of ours', (text) => {
  expect(parseSequenceNumber(text)).toBeUndefined();
});
