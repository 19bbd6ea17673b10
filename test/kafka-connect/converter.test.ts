import { parseJson } from '../../local/json';
import { lineWriter, type ToLine } from '../../local/s3-sink/lines';
import { kafkaConnect, missingTools } from './connect';

// Values go through Kafka Connect's own converter and InsertField, and through our sink, and the lines are compared.

const missing = missingTools();
const isSkipped = missing !== undefined && process.env.REQUIRE_ALL !== '1';
if (isSkipped) process.stderr.write(`skipped Kafka Connect as judge of the sink: ${missing}\n`);
const judge = isSkipped ? test.skip : test;
const FIRST_USE_MS = 300_000;

const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

/** Texts that readers of JSON disagree about. */
const TEXTS = [
  ...['{}', '{"a":1}', '{"a":1,"a":2}', '{"a":true,"b":null,"c":[],"d":{}}', '{"a":[1,[2,{"b":null}]]}', '{"":1}'],
  ...['-0', '-0.0', '-0.00', '-0e5', '0.0', '1.0', '1.50', '-0.5', '1e3', '1e5', '1E-7', '1e400', '-1e400', '1e-400'],
  ...['9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'],
  ...[
    '18446744073709551616',
    '123456789012345678901234567890',
    '0.12345678901234567890',
    '100000000.5',
    '12345678901.25',
  ],
  ...['01', '-01', '00', '007.50', '[01,1.05,1e05,1e-05,"01",10]', '+1', '.5', '5.', 'NaN', 'Infinity', '0x10', 'tru'],
  ...['"\\u0000"', '"\u0001"', '"\t"', '"\\q"', '"é📌"', '"\\ud83d\\udccc"', '"\\ud800"', '"\\/"', '"\u007f\u2028"'],
].map((text) => (/^\{/.test(text) ? text : `{"a":${text}}`));
const WHOLE = [
  ...[
    '\ufeff{"a":1}',
    '\ufeff\ufeff{"a":1}',
    ' {"a":1}\n',
    '{"a":1} x',
    '{"a":1}x',
    '{"a":1}{"b":2}',
    '{"a":1},',
    '{"a":01} 02',
  ],
  ...[
    '{"a":1,}',
    '{"a":[1,]}',
    "{'a':1}",
    '{a:1}',
    '{"a":1 /* c */}',
    '// c\n{"a":1}',
    '{',
    '{"a":',
    '{"a":"x',
    '{"a":1]}',
  ],
  ...[
    '',
    '   ',
    '\ufeff',
    'null',
    'nul',
    'nullx',
    '1',
    '1x',
    '1.5',
    '01',
    '"x"',
    '"x" y',
    'true',
    '[]',
    '[1] 2',
    'nonsense',
  ],
  ...['{"kafka_offset":1,"kafka_partition":"x"}', '{"kafka_timestamp":1}', '{"schema":null,"payload":{"a":1}}'],
  ...['{"schema":{"type":"string"},"payload":"x"}', '{"__proto__":1}', nested(900), nested(1200)],
];
/** What our sink refuses and Connect takes; docs/deviations.md lists it. */
const LISTED: readonly (readonly [string, Buffer])[] = [
  [
    'half a surrogate pair in three bytes',
    Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  ],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
];
const VALUES: readonly (Buffer | null)[] = [
  null,
  Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  ...[...TEXTS, ...WHOLE].map((text) => Buffer.from(text)),
];

const toLine: ToLine = lineWriter({
  format: { kind: 'json', extension: '.json' },
  inserted: [
    { field: 'kafka_partition', value: 'partition' },
    { field: 'kafka_offset', value: 'offset' },
    { field: 'kafka_timestamp', value: 'timestamp' },
  ],
} as Parameters<typeof lineWriter>[0]);

function ourSink(value: Buffer | null): string {
  const line = toLine({ offset: 7, timestampMs: 1_700_000_000_123, key: null, value }, { topic: 't', partition: 1 });
  return 'stage' in line ? line.stage : `line ${sorted(line.bytes.toString() + line.tail)}`;
}

/** Their line with its members sorted, digits and escapes as written; of a refusal its stage. */
const theirSink = (said: string): string =>
  said.startsWith('line ') ? `line ${sorted(said.slice(5))}` : said.split(' ')[0]!;

function sorted(line: string): string {
  const members = [...parseJson(line.trim()).members()].map(
    ([name, member]) => `${JSON.stringify(name)}:${member.raw.toString()}`,
  );
  return members.sort().join(',');
}

judge(
  'the sink makes of every value what Kafka Connect makes of it: the same line, or the same stage of refusal',
  () => {
    const theirs = kafkaConnect(VALUES);
    const differences = VALUES.map((value, at) => ({
      value: value?.toString().slice(0, 80),
      ours: ourSink(value),
      theirs: theirSink(theirs[at]!),
    })).filter(({ ours, theirs: other }) => ours !== other);
    expect(differences).toEqual([]);
    expect(theirs.length).toBe(VALUES.length);
    expect(theirs.filter((said) => said.startsWith('line ')).length).toBeGreaterThan(40);
  },
  FIRST_USE_MS,
);

judge('what it refuses that Connect takes is this, and no more', () => {
  const theirs = kafkaConnect(LISTED.map(([, value]) => value));
  expect(theirs.map((said) => said.startsWith('line '))).toEqual([true, true]);
  expect(LISTED.map(([, value]) => ourSink(value))).toEqual(['VALUE_CONVERTER', 'VALUE_CONVERTER']);
});
