import { DEFAULT_RETRY, Patience, pauseMs, type RetrySettings, retryAfterMs } from './retry';

test('pauses are drawn from zero to a bound that doubles up to the cap', () => {
  const longest = (attempt: number) => pauseMs(attempt, DEFAULT_RETRY, () => 1, undefined);
  expect([1, 2, 3, 9, 10, 40].map(longest)).toEqual([50, 100, 200, 12_800, 20_000, 20_000]);
  expect(pauseMs(3, DEFAULT_RETRY, () => 0.25, undefined)).toBe(50);
  expect(pauseMs(3, DEFAULT_RETRY, () => 0, undefined)).toBe(0);
});

test('Retry-After lengthens a pause, within five minutes, and never shortens it', () => {
  expect(pauseMs(1, DEFAULT_RETRY, () => 1, 3_000)).toBe(3_000);
  expect(pauseMs(4, DEFAULT_RETRY, () => 1, 100)).toBe(400);
  expect(pauseMs(1, DEFAULT_RETRY, () => 1, 3_600_000)).toBe(300_000);
});

test('Retry-After is read as seconds and as a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterMs('7', now)).toBe(7_000);
  expect(retryAfterMs('Thu, 01 Jan 2026 00:00:09 GMT', now)).toBe(9_000);
  expect(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
  expect(retryAfterMs('soon', now)).toBeUndefined();
  expect(retryAfterMs(undefined, now)).toBeUndefined();
});

function given(settings: Partial<RetrySettings>) {
  const clock = { now: 0 };
  return { clock, patience: new Patience({ ...DEFAULT_RETRY, ...settings }, () => clock.now) };
}

test('patience ends after attempts in a row that settle nothing, and any progress renews it', () => {
  const { patience } = given({ maxAttempts: 3, giveUpMs: 0 });
  const isOverAfter = (settled: number) => {
    patience.after(settled);
    return patience.isOver;
  };
  expect([0, 0, 0.01, 0, 0, 0].map(isOverAfter)).toEqual([false, false, false, false, false, true]);
});

test('patience lasts as long as it has to, however many attempts that takes', () => {
  const { patience, clock } = given({ maxAttempts: 1, giveUpMs: 60_000 });
  const isOverAt = (now: number, settled: number) => {
    clock.now = now;
    patience.after(settled);
    return patience.isOver;
  };
  expect(isOverAt(59_999, 0)).toBe(false);
  expect(isOverAt(59_999, 0.5)).toBe(false);
  expect(isOverAt(60_001, 0)).toBe(false);
  expect(isOverAt(119_999, 0)).toBe(true);
});

test('pauses grow while little is taken and shrink while most is', () => {
  const { patience } = given({});
  const levelAfter = (settled: number) => {
    patience.after(settled);
    return patience.level;
  };
  expect([0, 0.2, 0.4, 0.5, 0.9, 0.9, 0.9, 0].map(levelAfter)).toEqual([1, 2, 3, 2, 1, 1, 1, 2]);
});
