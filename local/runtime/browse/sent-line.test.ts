import { sentLine } from './sent-line';

test.each([
  ['{"index":1,"kafka_partition":0,"kafka_offset":7,"kafka_timestamp":1700000000000}', '{"index":1}'],
  [
    '{"n": 9223372036854775808, "e": 1.50e3, "t": "\\ud800 <b>", "kafka_offset": 7, "l": [1, {"a": null}]}',
    '{"n":9223372036854775808,"e":1.50e3,"t":"\\ud800 <b>","l":[1,{"a":null}]}',
  ],
  ['{"index": 1 }', '{"index": 1 }'],
  ['[{"kafka_offset":7}]', '[{"kafka_offset":7}]'],
  ['{"kafka_offset":7', '{"kafka_offset":7'],
  ['"kafka_offset"', '"kafka_offset"'],
  ['', ''],
  ['the partition key "a \\"b" names no dataset: {"index":1}', '{"index":1}'],
])('%s was sent as %s', (line, sent) => {
  expect(sentLine(line)).toBe(sent);
});
