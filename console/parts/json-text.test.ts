import { fieldsOf, indented } from './json-text';

test('JSON gets lines of its own, and keeps every digit', () => {
  expect(indented('{"ind":9223372036854775808,"a":{"b":[1,2.50]},"c":"x, {y}: \\"z\\"","d":{},"e":[ ]}')).toBe(
    '{\n  "ind": 9223372036854775808,\n  "a": {\n    "b": [\n      1,\n      2.50\n    ]\n  },\n  "c": "x, {y}: \\"z\\"",\n  "d": {},\n  "e": []\n}',
  );
});

test('nesting of any depth is indented so far and no further', () => {
  const deep = indented(`${'['.repeat(50_000)}1${']'.repeat(50_000)}`);
  expect(Math.max(...deep.split('\n').map((line) => line.length))).toBe(49);
});

test('text that is no JSON survives', () => {
  expect(indented('{"open": "never closed')).toBe('{\n  "open": "never closed');
  expect(indented('plain')).toBe('plain');
});

test('fields of an object come as the text that they are', () => {
  expect(fieldsOf(' {"ind": 1e3, "a\\u0062": {"x": [1, "}"]}, "t" : "a,b"} ')).toEqual([
    { name: 'ind', raw: '1e3' },
    { name: 'ab', raw: '{"x": [1, "}"]}' },
    { name: 't', raw: '"a,b"' },
  ]);
  expect(fieldsOf('{}')).toEqual([]);
});

test.each(['[1]', 'text', '{1:2}', '{"a" 1}', ''])('%j is no object', (text) => {
  expect(fieldsOf(text)).toBeUndefined();
});
