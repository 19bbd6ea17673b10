import { noCounts } from './report';
import { renderReportPage } from './report-page';
import { Timeline } from './timeline';

const latencyMs = { p50: 4, p95: 9, p99: 20, max: 30 };

function progress(seconds: number, delivered: number) {
  return { posts: delivered / 6, delivered, retried: 0, deadLettered: 0, seconds, latencyMs, lastFailure: undefined };
}

test('a timeline keeps every record and the whole time, in bounded memory', () => {
  const timeline = new Timeline();
  for (let i = 1; i <= 100_000; i++) timeline.add(progress(i * 0.25, i * 60));
  const { points } = timeline;
  expect(points.length).toBeLessThanOrEqual(600);
  expect(points.length).toBeGreaterThan(250);
  expect(points.reduce((sum, point) => sum + point.delivered, 0)).toBe(6_000_000);
  expect(points.at(-1)!.seconds).toBe(25_000);
  expect(points.reduce((sum, point) => sum + point.length, 0)).toBeCloseTo(25_000, 6);
});

test('the page holds the counts and charts, needs nothing from elsewhere, and lets no text become markup', () => {
  const timeline = new Timeline();
  timeline.add(progress(1, 600));
  timeline.add(progress(2, 1_800));
  const layers = noCounts();
  layers.batch.pin = { read: 1_801, delivered: 1_800, deadLettered: 1, retried: 7 };
  const page = renderReportPage({
    report: { layers, posts: 1_801, seconds: 2, complete: true, latencyMs },
    timeline: timeline.points,
    source: 'synthetic <script>alert(1)</script>',
    target: 'http://127.0.0.1:8080/dev/',
    at: new Date('2026-01-02T03:04:05Z'),
  });
  expect(page).toContain('<td>batch</td><td>pin</td><td>1,801</td><td>1,800</td><td>1</td><td>7</td>');
  expect(page.match(/<polyline /g)).toHaveLength(6);
  expect(page).not.toContain('<script');
  expect(page).not.toMatch(/(src|href)=/);
});
