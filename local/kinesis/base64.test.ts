import fc from 'fast-check';
import { Base64Error, decodeBase64 } from './base64';

test.each([
  ['', ''],
  ['QQ==', 'A'],
  ['QUI=', 'AB'],
  ['QUJD', 'ABC'],
  ['8J+TjA==', '📌'],
])('%j is %j', (base64, text) => {
  expect(decodeBase64(base64).toString()).toBe(text);
});

test.each([
  ['x', 'Base64 encoded length is expected a multiple of 4 bytes but found: 1'],
  ['QQ', 'Base64 encoded length is expected a multiple of 4 bytes but found: 2'],
  ['QUJ!', "Invalid Base64 character: '!'"],
  ['QUJD\n\n\n\n', "Invalid Base64 character: '\n'"],
  ['QU-D', "Invalid Base64 character: '-'"],
  ['QU_D', "Invalid Base64 character: '_'"],
  ['QéJD', "Invalid Base64 character: 'é'"],
  ['QQ==QUJD', "Invalid Base64 character: '='"],
  ['Q===', "Invalid Base64 character: '='"],
  ['====', "Invalid Base64 character: '='"],
  ['QR==', 'Invalid last non-pad Base64 character dectected'],
  ['QUJ=', 'Invalid last non-pad Base64 character dectected'],
])('%j is refused: %s', (base64, problem) => {
  expect(() => decodeBase64(base64)).toThrow(new Base64Error(problem));
});

test('bytes come back as they went', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(Buffer.from(bytes));
    }),
  );
});

test('a text is taken exactly if it is what its bytes encode to', () => {
  const nearly = fc.string({ unit: fc.constantFrom(...'ABwxyz019+/=-_ \n!é'), maxLength: 12 });
  let taken = 0;
  fc.assert(
    fc.property(nearly, (text) => {
      const isCanonical = Buffer.from(text, 'base64').toString('base64') === text;
      let isTaken = true;
      try {
        decodeBase64(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Base64Error);
        isTaken = false;
      }
      expect(isTaken).toBe(isCanonical);
      if (isTaken && text !== '') taken += 1;
    }),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(0);
});
