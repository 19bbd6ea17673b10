import { contentOf } from './content';

test('text is text, and its size is in bytes', () => {
  expect(contentOf('é')).toEqual({ text: 'é', bytes: 2, cut: false, encoding: 'utf8' });
  expect(contentOf('')).toEqual({ text: '', bytes: 0, cut: false, encoding: 'utf8' });
});

test('what is long is cut behind a whole character', () => {
  expect(contentOf('a👍b', 3)).toEqual({ text: 'a', bytes: 6, cut: true, encoding: 'utf8' });
  expect(contentOf('a👍b', 5)).toEqual({ text: 'a👍', bytes: 6, cut: true, encoding: 'utf8' });
  expect(contentOf('x'.repeat(1_048_576))).toMatchObject({ bytes: 1_048_576, cut: true });
  expect(contentOf('x'.repeat(1_048_576)).text).toHaveLength(65_536);
});

test('bytes that are no text come in base64', () => {
  expect(contentOf(Buffer.from([0xff, 0xfe, 0x00]))).toEqual({
    text: '//4A',
    bytes: 3,
    cut: false,
    encoding: 'base64',
  });
  expect(contentOf(Buffer.from([0xff, 1, 2, 3, 4]), 4)).toEqual({
    text: '/wEC',
    bytes: 5,
    cut: true,
    encoding: 'base64',
  });
});
