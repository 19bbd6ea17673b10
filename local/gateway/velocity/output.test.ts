import { Output } from './output';

const printed = (...pieces: string[]): string => {
  const output = new Output();
  for (const piece of pieces) output.add(piece);
  return output.toBuffer().toString('utf8');
};

const LONG = 'é'.repeat(5000);

test('pieces short and long come out in order', () => {
  expect(printed('a', LONG, 'b', 'c', LONG, '📌')).toBe(`a${LONG}bc${LONG}📌`);
  expect(printed()).toBe('');
});

test('a character whose halves are printed apart is whole again', () => {
  const [high = '', low = ''] = ['📌'.slice(0, 1), '📌'.slice(1)];
  expect(printed(high, low)).toBe('📌');
  expect(printed(LONG, high, low + LONG)).toBe(`${LONG}📌${LONG}`);
  expect(printed(LONG + high, low)).toBe(`${LONG}📌`);
});

test('what one template printed is not touched by the next', () => {
  const output = new Output();
  output.add('x'.repeat(1000));
  const bytes = output.toBuffer();
  printed('y'.repeat(1000));
  expect(bytes.toString()).toBe('x'.repeat(1000));
});

test('output of many megabytes', () => {
  expect(printed(...Array.from({ length: 40 }, () => 'z'.repeat(300_000))).length).toBe(12_000_000);
});
