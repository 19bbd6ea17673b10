import { checkConstraints } from './constraints';
import { deserialize } from './deserialize';
import { KinesisError } from './errors';
import type { Members } from './shapes';
import { Instant } from './values';

const MEMBERS = {
  Name: { type: 'String', required: true, pattern: '[a-z]+', minLength: 1, maxLength: 4 },
  Other: { type: 'String', unless: 'Name' },
  Kind: { type: 'String', oneOf: ['ONE', 'TWO'] },
  Count: { type: 'Integer', min: 1, max: 5 },
  When: { type: 'Timestamp' },
  Really: { type: 'Boolean' },
  Data: { type: 'Blob', maxLength: 3 },
  Words: { type: 'List', of: { type: 'String' }, maxLength: 2, eachLength: [1, 3] },
  Rows: {
    type: 'List',
    printAs: 'Row@1',
    maxLength: 11,
    of: { type: 'Structure', members: { Key: { type: 'String', required: true } } },
  },
  Tags: { type: 'Map', maxLength: 1, keyLength: [1, 2], valueLength: [0, 2] },
} as const satisfies Members;

function refusal(request: unknown): unknown {
  try {
    checkConstraints(deserialize(request, MEMBERS), MEMBERS);
  } catch (error) {
    if (error instanceof KinesisError) return error.fields;
    throw error;
  }
  return undefined;
}

test('members get their types; unknown ones and nulls are dropped', () => {
  const request = {
    Name: 'a',
    Count: 2.7,
    When: 1_700_000_000.123,
    Really: false,
    Data: 'QUI=',
    Words: ['b'],
    Rows: [{ Key: 'k', Foreign: 1 }],
    Tags: { t: 'v' },
    Foreign: {},
    Kind: null,
  };
  expect(deserialize(request, MEMBERS)).toEqual({
    Name: 'a',
    Count: 2,
    When: 1_700_000_000_123,
    Really: false,
    Data: Buffer.from('AB'),
    Words: ['b'],
    Rows: [{ Key: 'k' }],
    Tags: { t: 'v' },
  });
  expect(deserialize({ When: new Instant(5), Data: new Uint8Array([65]) }, MEMBERS)).toEqual({
    When: 5,
    Data: Buffer.from('A'),
  });
});

test.each([
  [[], 'Start of list found where not expected'],
  [{ Name: 1 }, 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String'],
  [{ Name: true }, 'class java.lang.Boolean can not be converted to an String'],
  [{ Name: [] }, 'Start of list found where not expected'],
  [{ Name: {} }, 'Start of structure or map found where not expected.'],
  [{ Count: '1' }, 'class java.lang.String can not be converted to an Integer'],
  [{ When: 'now' }, 'class java.lang.String can not be converted to milliseconds since epoch'],
  [{ Really: 'true' }, 'class java.lang.String can not be converted to an Boolean'],
  [{ Data: 1 }, 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to a Blob'],
  [{ Data: 'QUJ!' }, "'QUJ!' can not be converted to a Blob: Invalid Base64 character: '!'"],
  [{ Words: 'a' }, 'Expected list or null'],
  [{ Words: {} }, 'Start of structure or map found where not expected.'],
  [{ Rows: ['a'] }, 'Expected null'],
  [{ Tags: 'a' }, 'Expected map or null'],
  [
    { Tags: { a: 1 } },
    'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String',
  ],
])('%j has a wrong type: %s', (request, Message) => {
  expect(refusal(request)).toEqual({ __type: 'SerializationException', Message });
});

test.each([
  [{ Other: 'x' }, "Value null at 'name' failed to satisfy constraint: Member must not be null"],
  [
    { Name: 'abcde' },
    "Value 'abcde' at 'name' failed to satisfy constraint: Member must have length less than or equal to 4",
  ],
  [
    { Name: 'A1' },
    "Value 'A1' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
  ],
  [
    { Name: 'a\n' },
    "Value 'a\n' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
  ],
  [
    { Name: 'a', Kind: 'null' },
    "Value 'null' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [ONE, TWO]",
  ],
  [
    { Name: 'a', Count: 0 },
    "Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    { Name: 'a', Count: 6 },
    "Value '6' at 'count' failed to satisfy constraint: Member must have value less than or equal to 5",
  ],
  [
    { Name: 'a', Data: 'QUJDRA==' },
    "Value 'java.nio.HeapByteBuffer[pos=0 lim=4 cap=4]' at 'data' failed to satisfy constraint: Member must have length less than or equal to 3",
  ],
  [
    { Name: 'a', Words: ['a', 'b', 'c'] },
    "Value '[a, b, c]' at 'words' failed to satisfy constraint: Member must have length less than or equal to 2",
  ],
  [
    { Name: 'a', Words: ['abcd'] },
    "Value '[abcd]' at 'words' failed to satisfy constraint: Member must satisfy constraint: " +
      '[Member must have length less than or equal to 3, Member must have length greater than or equal to 1]',
  ],
  [
    { Name: 'a', Rows: [{ Key: 'k' }, {}] },
    "Value null at 'rows.2.member.key' failed to satisfy constraint: Member must not be null",
  ],
  [{ Name: 'a', Rows: [null] }, "Value null at 'rows.1.member' failed to satisfy constraint: Member must not be null"],
  [
    { Name: 'a', Words: [null] },
    "Value null at 'words.1.member' failed to satisfy constraint: Member must not be null",
  ],
  [
    { Name: 'a', Tags: { '': '' } },
    "Value '{=}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: " +
      '[Member must have length less than or equal to 2, Member must have length greater than or equal to 1]',
  ],
  [
    { Name: 'a', Tags: { t: 'abc' } },
    "Value '{t=abc}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: " +
      '[Member must have length less than or equal to 2, Member must have length greater than or equal to 0]',
  ],
])('%j breaks one constraint', (request, problem) => {
  expect(refusal(request)).toEqual({
    __type: 'ValidationException',
    message: `1 validation error detected: ${problem}`,
  });
});

test('a null in a list that is too long is told as null', () => {
  expect(refusal({ Name: 'a', Words: ['a', null, 'bcde'] })).toEqual({
    __type: 'ValidationException',
    message:
      "3 validation errors detected: Value '[a, null, bcde]' at 'words' failed to satisfy constraint: " +
      "Member must have length less than or equal to 2; Value '[a, null, bcde]' at 'words' failed to satisfy constraint: " +
      'Member must satisfy constraint: [Member must have length less than or equal to 3, Member must have length greater than or equal to 1]; ' +
      "Value null at 'words.2.member' failed to satisfy constraint: Member must not be null",
  });
});

test('all broken constraints are reported together, pattern before length', () => {
  expect(refusal({ Name: '', Count: 9 })).toEqual({
    __type: 'ValidationException',
    message:
      "3 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+; " +
      "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
      "Value '9' at 'count' failed to satisfy constraint: Member must have value less than or equal to 5",
  });
});

test('a member that another may replace is missed only when both are absent', () => {
  const members = { Name: { type: 'String', unless: 'Arn' }, Arn: { type: 'String' } } as const;
  expect(() => checkConstraints({ Arn: 'x' }, members)).not.toThrow();
  expect(() => checkConstraints({}, members)).toThrow(
    "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
  );
});

test('no more than ten broken constraints are reported', () => {
  const Rows = Array.from({ length: 12 }, () => ({}));
  const fields = refusal({ Name: 'a', Rows }) as { message: string };
  expect(fields.message).toMatch(/^10 validation errors detected: /);
  expect(fields.message.split('; ')).toHaveLength(10);
});
