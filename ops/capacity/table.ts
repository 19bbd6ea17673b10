import { columns, table, wrapped } from '@pipeline/cli/table';
import type { CapacityReport } from './report';
import { whole } from './words';

/** The report as text: hop by hop, the one that is full first, what to change, what it then costs, and whose limits these are. */
export function capacityTable(report: CapacityReport): string {
  const parts = [heading(report), hops(report), verdict(report), price(report), limits(report), sources(report)];
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
}

function heading({ env, postsPerSecond, batchSize, keptDays }: CapacityReport): string[] {
  return wrapped(
    `What ${env} carries when ${rate(postsPerSecond)} posts a second come, ${whole(batchSize)} records in a request, and tables hold ${whole(keptDays)} days of them. On paper, from limits, most of them AWS's: nothing was measured on AWS.`,
  );
}

function hops({ hops }: CapacityReport): string[] {
  return table(
    ['hop', 'the file gives', 'the rate needs', 'carries posts/s', 'used'],
    hops.map(({ hop, gives, needs, carries, used }) => [hop, gives, needs, rate(carries), percent(used)]),
    { right: [3, 4] },
  );
}

function verdict({ env, bottleneck, carries, changes, tooSmall, postsPerSecond, quotaVcpu }: CapacityReport): string[] {
  const first = `Bottleneck: ${bottleneck.hop}, which carries ${rate(bottleneck.carries)} posts a second.`;
  if (carries) return [first, `config/${env}.yaml carries the rate as it is.`];
  const lines = changes.map(({ setting, from, to }): string[] => [`  ${setting}:`, `${from ?? 'left out'} → ${to}`]);
  return [
    first,
    ...(changes.length > 0
      ? [`The smallest change of config/${env}.yaml that carries ${rate(postsPerSecond)}:`, ...columns(lines)]
      : []),
    ...tooSmall.flatMap(({ hop, beyond }) => wrapped(`No file carries it through ${hop}: ${beyond}.`)),
    ...(quotaVcpu === undefined
      ? []
      : wrapped(
          `Spark then holds ${whole(quotaVcpu)} vCPU at once, for which a new account has to ask (quota L-D05C8A75).`,
        )),
  ];
}

function price({ changes, usdPerMonth }: CapacityReport): string[] {
  const changed = changes.length === 0 ? '' : `, ${usd(usdPerMonth.changed)} changed`;
  return wrapped(
    `USD a month at this rate all day: ${usd(usdPerMonth.now)} as the file is${changed}; without ${usdPerMonth.notCounted} things that have no price here (npm run cost).`,
  );
}

function limits({ limits }: CapacityReport): string[] {
  return [
    'Limits',
    ...columns(
      limits.map(({ name, is, source }) => [`  ${name}`, is, source && `(${source})`]),
      { right: [] },
    ),
  ];
}

function sources({ sources, limits }: CapacityReport): string[] {
  const used = new Set(limits.map(({ source }) => source));
  return [
    'Sources',
    ...Object.entries(sources)
      .filter(([letter]) => used.has(letter))
      .map(([letter, { who, date }]) => `  (${letter}) ${who}, ${date}`),
  ].flatMap((line) => wrapped(line));
}

/** Small rates keep a decimal. */
function rate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toLocaleString('en', { maximumFractionDigits: 2 }) : whole(perSecond);
}

const percent = (part: number) => (Number.isFinite(part) ? `${Math.ceil(part * 100).toLocaleString('en')} %` : '–');
const usd = (amount: number) => whole(Math.round(amount));
