import type { CostReport } from './report';

/** Lines that are worth a thought: from this part of what is fixed and known. */
const BIG = 0.05;

/** Fixed dollars a month of each stack in each environment, for docs/cost.md. */
export function stackTable(reports: readonly CostReport[]): string {
  // The environment with the most stacks gives the order.
  const longest = [...reports].sort((a, b) => b.stacks.length - a.stacks.length);
  const names = [...new Set(longest.flatMap(({ stacks }) => stacks.map(({ stack }) => stack)))];
  const rows = names.map((name) => [name, ...reports.map((report) => cell(report, name))]);
  const totals = reports.map(({ fixed }) => `**${dollars(fixed.usdPerMonth)}**`);
  const hours = reports.map(({ fixed }) => `${fixed.usdPerHour.toFixed(2)}`);
  return table(
    ['stack', ...reports.map(({ env }) => `\`${env}\``)],
    [...rows, ['**all, a month**', ...totals], ['all, an hour', ...hours]],
  );
}

/** The few lines that make most of a bill, in each environment, the greatest first. */
export function bigLineTable(reports: readonly CostReport[]): string {
  const rows = reports.flatMap(({ env, stacks, fixed }) =>
    stacks
      .flatMap(({ stack, fixed: lines }) => lines.map((line) => ({ ...line, stack })))
      .filter(({ usdPerMonth }) => usdPerMonth >= BIG * fixed.usdPerMonth)
      .sort((a, b) => b.usdPerMonth - a.usdPerMonth)
      .map(({ stack, what, usdPerMonth }) => [
        `\`${env}\``,
        `${stack}: ${what}`,
        dollars(usdPerMonth),
        `${Math.round((100 * usdPerMonth) / fixed.usdPerMonth)} %`,
      ]),
  );
  return table(['environment', 'what', 'USD a month', 'of what is known'], rows);
}

/** What is known of a stack, with a question mark where something that stands there has no price. */
function cell({ stacks }: CostReport, name: string): string {
  const stack = stacks.find((each) => each.stack === name);
  if (!stack) return '';
  const open = stack.notCounted.some(({ stands }) => stands);
  if (stack.fixed.length === 0) return open ? '?' : '';
  const sum = stack.fixed.reduce((total, { usdPerMonth }) => total + usdPerMonth, 0);
  return `${dollars(sum)}${open ? ' + ?' : ''}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const dollars = (usd: number) => Math.round(usd).toLocaleString('en');
