import { columns, grouped, wrapped } from '@pipeline/cli/table';
import type { CostReport, StackCost } from './report';

/** A line of the table; a blank one stands between parts. */
type Row = readonly [what: string, perHour?: string, perMonth?: string, source?: string];

const BLANK: Row = [''];

/** The report as text: fixed costs by stack, what use adds, what is left out, and whose prices these are. */
export function costTable(report: CostReport): string {
  const rows = [...fixedPart(report), BLANK, ...usePart(report), BLANK, together(report), least(report)];
  const parts = [[heading(report)], laidOut(rows), leftOut(report), sources(report)];
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
}

/** The same in as many lines as there are stacks, for whoever is about to deploy. */
export function costSummary(report: CostReport): string {
  const rows = [HEADER, ...report.stacks.filter(costsSomething).map(stackRow), totalRow(report)];
  const more = `In no number: ${report.notCounted} things, traffic and taxes. All of it: npm run cost -- --env ${report.env}`;
  return `${[heading(report), ...laidOut(rows), more].join('\n')}\n`;
}

const HEADER: Row = ['Fixed, whether posts come or not', 'USD/hour', 'USD/month', 'source'];

function laidOut(rows: readonly Row[]): string[] {
  return columns(rows as readonly (readonly string[])[], { right: [1, 2] });
}

function heading({ env, region, pricesOf }: CostReport): string {
  const where = region === pricesOf ? '' : `; ${env} is in ${region}, where they differ by some percent`;
  return `What ${env} costs, by list prices of ${pricesOf}${where}. A month has 730 hours.`;
}

function fixedPart(report: CostReport): Row[] {
  const rows = report.stacks
    .filter(costsSomething)
    .flatMap((stack): Row[] => [
      stackRow(stack),
      ...stack.fixed.map(
        ({ what, usdPerHour, usdPerMonth, source }): Row => [
          `  ${what}`,
          hours(usdPerHour),
          dollars(usdPerMonth),
          `(${source})`,
        ],
      ),
      ...stack.notCounted.filter(({ stands }) => stands).map(({ what }): Row => [`  ${what}`, '?', '?']),
    ]);
  return [HEADER, ...rows, totalRow(report)];
}

/** The sum of what is known. Of a stack where that is nothing the cost is not known: it is not free. */
function stackRow({ stack, fixed, notCounted }: StackCost): Row {
  if (fixed.length === 0) return [stack, '?', '?'];
  const open = notCounted.filter(({ stands }) => stands).length;
  const perHour = fixed.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0);
  const perMonth = fixed.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
  return [stack, hours(perHour), dollars(perMonth), open > 0 ? `and ${open} ?` : ''];
}

function totalRow({ fixed }: CostReport): Row {
  return ['Fixed, all stacks, without what says ?', hours(fixed.usdPerHour), dollars(fixed.usdPerMonth)];
}

function costsSomething({ fixed, notCounted }: StackCost): boolean {
  return fixed.length > 0 || notCounted.some(({ stands }) => stands);
}

function usePart({ stacks, use, postsPerDay, batchSize }: CostReport): Row[] {
  if (postsPerDay === 0) return [['By use: without posts, nothing that has a price here']];
  return [
    [`By use, for ${count(postsPerDay)} posts a day, ${count(batchSize)} in a request`, '', 'USD/month', 'source'],
    ...stacks.flatMap(({ stack, use }) =>
      use.map(
        ({ what, usdPerMonth, source }): Row => [
          `  ${stack}: ${what}`,
          '',
          usdPerMonth < 0.005 ? '< 0.01' : dollars(usdPerMonth),
          `(${source})`,
        ],
      ),
    ),
    ['By use, all stacks', '', dollars(use.usdPerMonth)],
  ];
}

function together({ usdPerMonth, notCounted }: CostReport): Row {
  return [`Together, without the ${notCounted} things that follow`, '', dollars(usdPerMonth)];
}

function least({ fixed }: CostReport): Row {
  return [
    'Least monitoring.monthlyBudgetUsd that does not ring by itself',
    '',
    leastBudget(fixed.usdPerMonth).toLocaleString('en'),
  ];
}

/** A budget tells at 80 %: this one does so when a fifth more is spent than what stands there costs. */
export function leastBudget(fixedPerMonth: number): number {
  return Math.ceil((fixedPerMonth * 1.2) / 0.8 / 10) * 10;
}

function leftOut({ stacks }: CostReport): string[] {
  return [
    'Charged for, and in no number above',
    ...stacks.flatMap(({ stack, notCounted }) => notCounted.map(({ what, why }) => `  ${stack}: ${what} (${why})`)),
    '  Free each month for the account, and not taken off: 10 alarms, 10 metrics, 3 dashboards, 5 GB of logs, 20,000 calls of KMS',
    '  Besides: traffic to the internet and to Databricks, support, taxes',
  ].flatMap((line) => wrapped(line));
}

function sources({ sources }: CostReport): string[] {
  return [
    'Sources',
    ...Object.entries(sources).map(([letter, { who, date }]) => `  (${letter}) ${who}, ${date}`),
  ].flatMap((line) => wrapped(line));
}

const hours = (usd: number) => usd.toFixed(4);
const dollars = (usd: number) => usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const count = grouped;
