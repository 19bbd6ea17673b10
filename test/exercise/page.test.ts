import { blocksOf, differenceOf } from './page';

test('a block is its commands and what is shown below it', () => {
  const page =
    '# x\n\n```sh terminal\nserve\n```\n\n```\nready\n```\n\ntext\n\n```sh\na\nb\n```\n\n```python\nc\n```\n';
  expect(blocksOf(page)).toEqual([
    { line: 3, commands: 'serve\n', isTerminal: true, shown: 'ready\n' },
    { line: 13, commands: 'a\nb\n', isTerminal: false, shown: undefined },
  ]);
});

test.each([
  ['a\nb\n', 'a\nb\n', undefined],
  ['took … ms\n', 'took 12 ms\n', undefined],
  ['a\n…\nz\n', 'a\nb\nc\nz\n', undefined],
  ['…\nz\n', 'z\n', undefined],
  ['a\n…\n', 'a\n', undefined],
  ['a\nb\n', 'a\n', 'the page shows "b", and "nothing more" was printed'],
  ['a\n', 'a\nb\n', '"b" was printed, too, which the page does not show'],
  ['took … ms\n', 'took 12 s\n', 'the page shows "took … ms", and "took 12 s" was printed'],
  ['a\n…\nz\n', 'a\nb\n', 'the page shows "z", and "b" was printed'],
  ['(x) [1]\n', '(x) [1]\n', undefined],
])('%j against %j', (shown, printed, difference) => {
  expect(differenceOf(shown, printed)).toBe(difference);
});
