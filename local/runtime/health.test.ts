import { Health } from './health';

test('a trouble is raised once, keeps its beginning, takes new words, and is cleared', () => {
  const clock = { nowMs: 100 };
  const health = new Health(() => clock.nowMs);
  let told = 0;
  const stop = health.onChange(() => told++);
  health.raise('disk', { what: 'The disk has 10 MB left.', remedy: 'Free some space.' });
  clock.nowMs = 200;
  health.raise('disk', { what: 'The disk has 10 MB left.', remedy: 'Free some space.' });
  expect(told).toBe(1);
  health.raise('disk', { what: 'The disk is full.', remedy: 'Free some space.' });
  expect(health.list()).toEqual([
    { id: 'disk', level: 'wrong', what: 'The disk is full.', remedy: 'Free some space.', sinceMs: 100 },
  ]);
  health.clear('disk');
  health.clear('disk');
  expect([health.list(), told]).toEqual([[], 3]);
  stop();
  health.raise('disk', { what: '', remedy: '' });
  expect(told).toBe(3);
});

test('what is wrong comes before what waits', () => {
  const health = new Health();
  health.raise('a', { level: 'note', what: '', remedy: '' });
  health.raise('b', { level: 'waiting', what: '', remedy: '', page: '/records' });
  health.raise('c', { what: '', remedy: '' });
  expect(health.list().map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});
