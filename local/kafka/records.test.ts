import type { RecordsBatch } from '@platformatic/kafka';
import { unpacked } from './records';

const text = (value: string) => Buffer.from(value);

function batch(
  firstOffset: number,
  attributes: number,
  offsetDeltas: readonly number[],
  lastOffsetDelta: number,
): RecordsBatch {
  return {
    firstOffset: BigInt(firstOffset),
    attributes,
    lastOffsetDelta,
    firstTimestamp: 1_000n,
    maxTimestamp: 5_000n,
    records: offsetDeltas.map((offsetDelta) => ({
      offsetDelta,
      timestampDelta: BigInt(offsetDelta),
      key: null,
      value: text(`v${firstOffset + offsetDelta}`),
      headers: offsetDelta === 0 ? [[text('a'), text('é')]] : [],
    })),
  } as unknown as RecordsBatch;
}

test('a time that the broker gave is one for the batch, a time of the sender is each record’s own', () => {
  expect(unpacked([batch(7, 0x08, [0, 1], 1)], 7).records.map(({ timestampMs }) => timestampMs)).toEqual([5000, 5000]);
  expect(unpacked([batch(7, 0, [0, 1], 1)], 7).records.map(({ timestampMs }) => timestampMs)).toEqual([1000, 1001]);
});

test('a batch begins before the offset that was asked for; what is before it is left out', () => {
  const { records, next } = unpacked([batch(10, 0, [0, 1, 2], 2)], 12);
  expect(records).toEqual([{ offset: 12, timestampMs: 1002, key: null, value: text('v12') }]);
  expect(next).toBe(13);
});

test('markers of transactions and what compaction has removed are gaps: the next offset is behind them', () => {
  const { records, next } = unpacked([batch(0, 0, [1], 4), batch(5, 0x20, [0], 0), batch(6, 0, [], 3)], 0);
  expect(records.map(({ offset }) => offset)).toEqual([1]);
  expect(next).toBe(10);
});

test('headers are texts by name, and null stays null', () => {
  expect(unpacked([batch(0, 0, [0], 0)], 0).records[0]).toMatchObject({ key: null, headers: { a: 'é' } });
});
