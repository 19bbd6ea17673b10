import { nextRotation, toLocalMs } from './local-time';
import { parsePathFormat } from './path-format';

test.each([
  ['YYYY-q', "must be made of Y, M, d, H, m, s and quoted text, got 'q'"],
  ["'year=YYYY", "has a quote without its closing quote: 'year=YYYY"],
])('%s is refused', (pattern, problem) => {
  expect(() => parsePathFormat(pattern)).toThrow(problem);
});

const HOUR_MS = 3_600_000;

test.each([
  ["'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH", 'year=2026/month=03/day=04/hour=05'],
  ["'dt'=yyyy-MM-dd/'t'=HHmmss", 'dt=2026-03-04/t=050607'],
  ["YY/M/d/H''", "26/3/4/5'"],
])('%s', (pattern, expected) => {
  expect(parsePathFormat(pattern)(Date.UTC(2026, 2, 4, 5, 6, 7))).toBe(expected);
});

test.each([
  ['UTC', '2026-07-01T10:59:59.999Z', '2026-07-01T10:59:59.999Z'],
  ['Europe/Berlin', '2026-07-01T22:30:00.250Z', '2026-07-02T00:30:00.250Z'],
  ['Europe/Berlin', '2026-01-01T22:30:00.000Z', '2026-01-01T23:30:00.000Z'],
  ['America/New_York', '1969-12-31T23:59:59.500Z', '1969-12-31T18:59:59.500Z'],
])('in %s the clock shows %s as %s', (timezone, utc, local) => {
  expect(new Date(toLocalMs(Date.parse(utc), timezone)).toISOString()).toBe(local);
});

test.each([
  ['UTC', 300_000, '2026-07-01T10:59:59.999Z', '2026-07-01T11:00:00.000Z'],
  ['UTC', 300_000, '2026-07-01T11:00:00.000Z', '2026-07-01T11:05:00.000Z'],
  ['Europe/Berlin', 24 * HOUR_MS, '2026-07-01T21:00:00.000Z', '2026-07-01T22:00:00.000Z'],
  ['UTC', 7 * HOUR_MS, '2026-07-01T15:00:00.000Z', '2026-07-01T21:00:00.000Z'],
])('in %s every %d ms: after %s comes %s', (timezone, intervalMs, now, next) => {
  expect(new Date(nextRotation(Date.parse(now), { intervalMs, timezone })).toISOString()).toBe(next);
});

test('a path that no file of Windows can have is refused there, and only there', () => {
  expect(() => parsePathFormat("'at'=HH:mm", 'win32')).toThrow(
    "has ':', which a file name on Windows must not contain; use another character, or WSL 2: 'at'=HH:mm",
  );
  expect(parsePathFormat("'at'=HH:mm", 'linux')(0)).toBe('at=00:00');
});
