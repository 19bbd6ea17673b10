import { clusterId } from './broker';

test('the id of a cluster never begins with a dash, which the tools would take for an option', () => {
  // 62 is the dash of this alphabet, and 0xfb ends in the other one.
  const draws = [Buffer.alloc(16, 0xf8), Buffer.alloc(16, 0xfb), Buffer.alloc(16, 0x04)];
  expect(draws.map((bytes) => bytes.toString('base64url')[0])).toEqual(['-', '-', 'B']);
  expect(clusterId(() => draws.shift()!)).toBe('BAQEBAQEBAQEBAQEBAQEBA');
  expect(draws).toEqual([]);
});
