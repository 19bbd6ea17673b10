import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import type { TimelinePoint } from '../send/timeline';
import { escaped, renderChart } from './chart';
import { type ReplayReport, reconciles, total } from './report';

export interface ReportPage {
  readonly report: ReplayReport;
  readonly timeline: readonly TimelinePoint[];
  /** What was sent, and where to, in words. */
  readonly source: string;
  readonly target: string;
  /** When the run ended. */
  readonly at: Date;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de; --ground: #fff; --good: #1a7f37; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --rule: #30363d; --ground: #0d1117; --good: #3fb950; --bad: #f85149; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 2rem auto; max-width: 960px; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } p { margin: .25rem 0; color: var(--soft); overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--rule); border-radius: 8px; padding: .6rem .9rem; } .tiles b { display: block; font-size: 1.35rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; } th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
figure { margin: 1.75rem 0; } figcaption { font-weight: 600; } small { font-weight: 400; color: var(--soft); }
svg { width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; } .grid { stroke: var(--rule); }
.legend { display: flex; gap: 1.25rem; list-style: none; padding: 0; margin: .25rem 0 0; } .legend svg { width: 28px; vertical-align: middle; }`;

/** One page that needs nothing else: counts, throughput and latency over time. */
export function renderReportPage({ report, timeline, source, target, at }: ReportPage): string {
  const seconds = timeline.map((point) => point.seconds);
  const perSecond = (count: 'delivered' | 'retried' | 'deadLettered') =>
    timeline.map((point) => point[count] / point.length);
  const delivered = total(report.layers, 'delivered');
  const good = reconciles(report.layers);
  const tiles: [string, string, string][] = [
    ['posts', grouped(report.posts), ''],
    ['records delivered', grouped(delivered), ''],
    ['records/s on average', grouped(Math.round(delivered / Math.max(report.seconds, 1e-9))), ''],
    [
      'dead-lettered',
      grouped(total(report.layers, 'deadLettered')),
      total(report.layers, 'deadLettered') > 0 ? 'bad' : '',
    ],
    [
      'latency p50 / p95 / p99, ms',
      [report.latencyMs.p50, report.latencyMs.p95, report.latencyMs.p99].map(short).join(' / '),
      '',
    ],
    ['read = delivered + dead-lettered', good ? '✓ yes' : '✗ no', good ? 'good' : 'bad'],
  ];
  const rows = LAYERS.flatMap((layer) =>
    DATASETS.map((dataset) => {
      const counts = report.layers[layer][dataset];
      const cells = [counts.read, counts.delivered, counts.deadLettered, counts.retried].map(
        (count) => `<td>${grouped(count)}</td>`,
      );
      return counts.read === 0 ? '' : `<tr><td>${layer}</td><td>${dataset}</td>${cells.join('')}</tr>`;
    }),
  );
  const throughput = renderChart({
    title: 'Throughput',
    unit: 'records per second',
    seconds,
    series: [
      { name: 'delivered', colour: '#0969da', dash: '', values: perSecond('delivered') },
      { name: 'sent again', colour: '#bf8700', dash: '6 6', values: perSecond('retried') },
      { name: 'dead-lettered', colour: '#cf222e', dash: '1 5', values: perSecond('deadLettered') },
    ],
  });
  const latency = renderChart({
    title: 'Latency, from the intended send time to the acknowledgement',
    unit: 'milliseconds',
    seconds,
    series: [
      { name: 'p50', colour: '#1a7f37', dash: '', values: timeline.map(({ p50 }) => p50) },
      { name: 'p95', colour: '#bf8700', dash: '6 6', values: timeline.map(({ p95 }) => p95) },
      { name: 'p99', colour: '#cf222e', dash: '1 5', values: timeline.map(({ p99 }) => p99) },
    ],
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Replay report</title><style>${STYLE}</style></head>
<body><header><h1>Replay ${report.complete ? 'complete' : 'stopped before the source ended'}</h1>
<p>${escaped(source)} → ${escaped(target)}</p><p>${at.toISOString()}, ${report.seconds.toFixed(1)} s of sending</p></header>
<ul class="tiles">${tiles.map(([name, value, kind]) => `<li class="${kind}"><b>${escaped(value)}</b>${escaped(name)}</li>`).join('')}</ul>
${throughput}
${latency}
<table><thead><tr><th>layer</th><th>dataset</th><th>read</th><th>delivered</th><th>dead-lettered</th><th>sent again</th></tr></thead><tbody>${rows.join('')}</tbody></table>
</body></html>
`;
}

const grouped = (value: number): string => value.toLocaleString('en-US');
const short = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
