import { CBOR_CODEC, JSON_CODEC } from './codecs';
import { Blob, Instant } from './values';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('JSON has timestamps in seconds and blobs in base64', () => {
  expect(JSON_CODEC.encode({ At: new Instant(1_700_000_000_123), Data: new Blob(Buffer.from('A')) })).toBe(
    '{"At":1700000000.123,"Data":"QQ=="}',
  );
});

test('JSON that is not UTF-8 is refused', () => {
  expect(JSON_CODEC.decode(Buffer.from('{"a":"é"}'))).toEqual({ a: 'é' });
  expect(() => JSON_CODEC.decode(Buffer.from('{"a":"é"}', 'latin1'))).toThrow('the body is not UTF-8');
});

test('CBOR is read as Java writes it: indefinite maps, byte strings, milliseconds under tag 1', () => {
  // {_ "Data": h'41', "Timestamp": 1(1700000000123), "Records": [_ {_ "n": 2}]}
  const body = hex(
    'bf 64 44617461 41 41 69 54696d657374616d70 c1 1b 0000018bcfe5687b 67 5265636f726473 9f bf 61 6e 02 ff ff ff',
  );
  expect(CBOR_CODEC.decode(body)).toEqual({
    Data: Buffer.from('A'),
    Timestamp: new Instant(1_700_000_000_123),
    Records: [{ n: 2 }],
  });
  // {"Limit": 5}, the integer in eight bytes.
  expect(CBOR_CODEC.decode(hex('a1 65 4c696d6974 1b 0000000000000005'))).toEqual({ Limit: 5 });
});

test('CBOR is written as Java reads it: byte strings, integers, milliseconds under tag 1', () => {
  const answer = {
    Data: new Blob(Buffer.from('A')),
    At: new Instant(1_700_000_000_123),
    Behind: 5_000_000_000,
    n: [0],
  };
  // {"Data": h'41', "At": 1(1700000000123), "Behind": 5000000000, "n": [0]}
  expect(CBOR_CODEC.encode(answer)).toEqual(
    hex('a4 64 44617461 41 41 62 4174 c1 1b 0000018bcfe5687b 66 426568696e64 1b 000000012a05f200 61 6e 81 00'),
  );
});

test.each(['', '9f', 'bf61', '5affffffff00', '9bffffffffffffffff', 'ff', 'c1'])('the bytes %j are no CBOR', (bytes) => {
  expect(() => CBOR_CODEC.decode(hex(bytes))).toThrow();
});

test('deep nesting is an error like any other', () => {
  expect(() => CBOR_CODEC.decode(Buffer.alloc(1_000_000, 0x81))).toThrow();
  expect(CBOR_CODEC.decode(hex('a1 61 61 01'))).toEqual({ a: 1 });
});

test('a list of more than 1000 elements is refused before there is room for them', () => {
  expect(() => CBOR_CODEC.decode(hex(`99 03e9 ${'00'.repeat(1001)}`))).toThrow('Array length exceeds 1000');
  expect(CBOR_CODEC.decode(hex(`99 03e8 ${'00'.repeat(1000)}`))).toHaveLength(1000);
});
