import { Timeline } from '../send/timeline';
import { renderChart } from './chart';
import { noCounts } from './report';
import { renderReportPage } from './report-page';

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

test('a stretch in which nothing was delivered has no latency, and a short last one no rate of its own', () => {
  const timeline = new Timeline();
  timeline.add(progress(0.25, 60));
  timeline.add(progress(0.5, 60));
  timeline.add(progress(0.75, 120));
  timeline.add(progress(0.76, 180));
  expect(timeline.points).toMatchObject([
    { seconds: 0.25, delivered: 60, p99: 20 },
    { seconds: 0.5, delivered: 0, p50: undefined, p95: undefined, p99: undefined },
    { seconds: 0.76, delivered: 120, p99: 20 },
  ]);
});

test('a line has a gap where there is no value, and a value alone is a dot', () => {
  const chart = renderChart({
    title: 't',
    unit: 'u',
    seconds: [1, 2, 3, 4, 5],
    series: [{ name: 'n', colour: '#000', dash: '', values: [4, 2, undefined, 4, undefined] }],
  });
  // The plot is 804 wide from x 80 for 5 s, and 214 high from y 12 for 4 u.
  expect(chart).toContain('d="M240.8,12L401.6,119M723.2,12h0"');
  expect(chart.match(/>\d s</g)).toEqual(['>0 s<', '>1 s<', '>2 s<', '>3 s<', '>4 s<', '>5 s<']);
});

test('the page holds the counts and charts, needs nothing from elsewhere, and lets no text become markup', () => {
  const timeline = new Timeline();
  timeline.add(progress(1, 600));
  timeline.add(progress(2, 1_800));
  const layers = noCounts();
  layers.batch.pin = { read: 1_801, delivered: 1_800, deadLettered: 1, retried: 7 };
  const page = renderReportPage({
    report: { layers, posts: 1_801, seconds: 2, complete: true, deliveredNow: 1_800, latencyMs },
    timeline: timeline.points,
    source: 'synthetic <script>alert(1)</script>',
    target: 'http://127.0.0.1:8080/dev/',
    at: new Date('2026-01-02T03:04:05Z'),
  });
  expect(page).toContain('<td>batch</td><td>pin</td><td>1,801</td><td>1,800</td><td>1</td><td>7</td>');
  expect(page.match(/<path /g)).toHaveLength(6);
  expect(page).not.toContain('<script');
  expect(page).not.toMatch(/(src|href)=/);
});
