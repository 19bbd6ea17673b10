import { partitionFolder, sinkFile } from './sink-file';

test('a file is named as Connect names it by default', () => {
  expect(partitionFolder('ada.pin', 3) + sinkFile('ada.pin', 3, 1200)).toBe('ada.pin/partition=3/ada.pin+3+0000001200');
});

test('names are in the order of offsets, and longer ones are not cut', () => {
  expect(['9', '10', '999999', '1000000'].map((at) => sinkFile('t', 0, Number(at)))).toEqual([
    't+0+0000000009',
    't+0+0000000010',
    't+0+0000999999',
    't+0+0001000000',
  ]);
  expect(sinkFile('t', 0, 12_345_678_901)).toBe('t+0+12345678901');
});
