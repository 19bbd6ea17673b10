import { partsOf } from './visible';

test('text without anything unseen is one part', () => {
  expect(partsOf('a\tb\nc é 日本 👍')).toEqual(['a\tb\nc é 日本 👍']);
  expect(partsOf('')).toEqual([]);
});

test.each([
  ['a\u202eb', ['a', { code: 'U+202E', name: 'right-to-left override' }, 'b']],
  ['\u0000', [{ code: 'U+0000', name: 'null' }]],
  ['x\u00a0', ['x', { code: 'U+00A0', name: 'no-break space' }]],
  ['\ud800!', [{ code: 'U+D800', name: 'half of a character' }, '!']],
  ['a\u200db', ['a', { code: 'U+200D', name: 'zero width joiner' }, 'b']],
  ['\r\n', [{ code: 'U+000D', name: 'control character' }, '\n']],
])('%j shows what nobody would see', (text, parts) => {
  expect(partsOf(text)).toEqual(parts);
});

test('a joiner inside an emoji is part of the picture', () => {
  expect(partsOf('👩‍💻 🏳️‍🌈 👩🏽‍💻')).toEqual(['👩‍💻 🏳️‍🌈 👩🏽‍💻']);
});

test('a megabyte takes no time', () => {
  const started = performance.now();
  expect(partsOf('x'.repeat(1_048_576))).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(500);
});
