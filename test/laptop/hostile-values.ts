import { encode } from 'cbor-x';
import type { Random } from './random';

const WORDS = [
  '',
  'pin',
  '0',
  '-1',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ud800',
  '📌',
  '$input',
  '#end',
  '$util.x',
  '%s',
  "'",
  '"}],"',
];
const NUMBERS = [0, -1, 1, 1.5, -0, 1e308, 2 ** 31, 2 ** 53 + 2, -(2 ** 63)];
const FIELDS = [
  'records',
  'key',
  'value',
  'partition',
  'data',
  'Data',
  'partition-key',
  'PartitionKey',
  'Records',
  'StreamName',
  'ShardId',
].concat(['Limit', 'ShardIterator', 'topics', 'partitions', 'offsets', 'name', 'format', '__proto__', 'toString', 'x']);

/** Any JSON value, mostly small, with names that mean something somewhere. */
export function value(random: Random, depth = 4): unknown {
  const kind = random.below(depth === 0 ? 5 : 9);
  if (kind === 0) return random.pick(NUMBERS);
  if (kind === 1) return random.pick(WORDS);
  if (kind === 2) return random.pick([true, false, null]);
  if (kind === 3) return random.bytes(random.below(20)).toString('latin1');
  if (kind === 4) return random.pick(WORDS).repeat(random.below(50));
  if (kind < 7) return Array.from({ length: random.below(5) }, () => value(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: random.below(6) }, () => [random.pick(FIELDS), value(random, depth - 1)]),
  );
}

/** `given` with some of its members taken away, added or made into something else. */
export function bent(random: Random, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(given).filter(() => !random.chance(0.04));
  const changed = entries.map(([name, own]) => [name, random.chance(0.15) ? value(random) : own] as const);
  return Object.fromEntries(random.chance(0.05) ? [...changed, [random.pick(FIELDS), value(random)]] : changed);
}

/** Text of a value as JSON, or of what only looks like it. */
export function json(random: Random, of: unknown): Buffer {
  const text = JSON.stringify(of) ?? '';
  const kind = random.below(28);
  if (kind === 0) return Buffer.from(text.slice(0, random.below(text.length + 1)));
  if (kind === 1) return Buffer.from(text + random.pick([text, '}', ']', ',', '\0', 'x', '//']));
  if (kind === 2) return Buffer.from(text.replaceAll('"', "'"));
  if (kind === 3) return Buffer.from(text, 'utf16le');
  if (kind === 4)
    return Buffer.from(
      text.replace(/\d+/, () => random.pick(['1e999', 'NaN', '-Infinity', '01', '9'.repeat(5000), '1e-99999'])),
    );
  if (kind === 5) return flipped(random, Buffer.from(text));
  if (kind === 6) return withBytes(random, text);
  return Buffer.from(text);
}

/** Bodies that are large or deep, in bytes up to a little more than the cap of 10 MiB. */
export function large(random: Random): Buffer {
  const depth = random.pick([1000, 20_000, 1_000_000]);
  const kind = random.below(8);
  if (kind === 0) return Buffer.from('['.repeat(depth));
  if (kind === 1) return Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  if (kind === 2) return Buffer.from(`{"records":[{"value":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}]}`);
  if (kind === 3) return Buffer.from(`{"records":[{"data":${'9'.repeat(depth)},"partition-key":"k"}]}`);
  if (kind === 4) return Buffer.from(`{"records":[${'{},'.repeat(depth)}{}]}`);
  if (kind === 5)
    return Buffer.from(`{"records":[{"value":"${'x'.repeat(random.pick([1_048_576, 5_000_000, 10_485_000]))}"}]}`);
  if (kind === 6) return Buffer.alloc(random.pick([10_485_760, 10_485_761, 12_000_000]), 0x20);
  return Buffer.from(`{"Records":[${'{"Data":"QQ==","PartitionKey":"a"},'.repeat(20_000)}{}]}`);
}

/** CBOR of a value, whole or damaged; heads that promise more than there is. */
export function cbor(random: Random, of: unknown): Buffer {
  const whole = Buffer.from(encode(of));
  const kind = random.below(5);
  if (kind === 0) return flipped(random, whole);
  if (kind === 1) return whole.subarray(0, random.below(whole.length + 1));
  if (kind === 2) return Buffer.from('9b7fffffffffffffff'.repeat(random.between(1, 200)), 'hex');
  if (kind === 3)
    return Buffer.concat([
      Buffer.from([random.pick([0x9f, 0xbf, 0x5f, 0x7f, 0xd8, 0xdb, 0xfb, 0x5b])]),
      whole,
      random.bytes(8),
    ]);
  return whole;
}

function flipped(random: Random, bytes: Buffer): Buffer {
  if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  return bytes;
}

/** Bytes that are no UTF-8, somewhere in the text. */
function withBytes(random: Random, text: string): Buffer {
  const at = random.below(text.length + 1);
  const broken = random.pick([[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xc0, 0xaf], [0xfe, 0xff]]);
  return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from(broken), Buffer.from(text.slice(at))]);
}
