import { type EmulateOptions, parseOptions } from '../options';
import type { ReplayPost } from '../send/replay-options';
import { paceOf, sourceOf } from './source-options';

const given = (...argv: string[]) => parseOptions<EmulateOptions>('emulate', 'Sends.', argv)!;

async function read(
  argv: string[],
  resume = { posts: 0, lastKey: null as number | null },
  count = 5,
): Promise<ReplayPost[]> {
  const source = await sourceOf(given(...argv), undefined);
  const posts: ReplayPost[] = [];
  for await (const post of source.open(resume)) if (posts.push(post) === count) break;
  return posts;
}

const keys = (posts: ReplayPost[]) => posts.map(({ key }) => key);

test('the synthetic source comes in key order, as many posts as asked, and goes on where it was', async () => {
  expect(keys(await read(['--posts', '3']))).toEqual([0, 1, 2]);
  expect(keys(await read(['--posts', '9'], { posts: 7, lastKey: 6 }))).toEqual([7, 8]);
});

test('random order is the stock emulator’s, limited over all runs together', async () => {
  expect(keys(await read(['--order', 'random']))).toEqual([7528, 2863, 5730, 8304, 8731]);
  expect(keys(await read(['--order', 'random', '--posts', '7'], { posts: 5, lastKey: 8731 }))).toEqual([1313, 4315]);
  expect(keys(await read(['--order', 'random', '--order-seed', '7']))).not.toEqual([7528, 2863, 5730, 8304, 8731]);
});

test('--realtime sorts posts by their own times', async () => {
  const posts = await read(['--realtime', '1000', '--posts', '300'], undefined, 300);
  expect(new Set(keys(posts)).size).toBe(300);
  const times = posts.map(({ at }) => at!);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Date(times[0]!).getUTCFullYear()).toBe(2017);
});

test('pace follows the options', () => {
  expect(paceOf(given())).toBeUndefined();
  expect(paceOf(given('--rate', '5', '--pattern', 'poisson'))).toEqual({ rate: 5, pattern: 'poisson' });
  expect(paceOf(given('--realtime', '60'))).toEqual({ realtime: 60 });
});

test.each([
  [['--rate', '1', '--realtime', '2'], '--rate and --realtime both set the pace; pass one'],
  [['--pattern', 'burst'], '--pattern burst needs --rate, the posts per second to send'],
])('%j is wrong usage', (argv, message) => {
  expect(() => paceOf(given(...argv))).toThrow(message);
});

test.each([
  [['--realtime', '2', '--order', 'random'], /leave out --order random/],
  [['--source', 'mysql://u@h/d', '--hard-mode'], /--hard-mode is for the synthetic source/],
  [['--source', 'postgres'], /--source must be synthetic or mysql:/],
  [['--replay', '/nowhere.ndjson'], /--replay \/nowhere\.ndjson: no such file/],
])('%j is wrong usage as well', async (argv, message) => {
  await expect(sourceOf(given(...argv), undefined)).rejects.toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) }),
  );
});
