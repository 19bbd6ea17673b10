import { LIMIT_SOURCES, LIMITS } from '../../local/limits';

/** Every limit that a hop is held against, for docs/capacity.md: its value, who said so, and when. */
export function limitsTable(): string {
  const rows = Object.entries(LIMITS).map(([name, { value, unit, source }]) => {
    const { who, date } = LIMIT_SOURCES[source]!;
    return `| \`${name}\` | ${value.toLocaleString('en', { maximumFractionDigits: 8 })} ${unit} | ${who}, ${date} |`;
  });
  return ['| limit | value | who said so, and when |', '| --- | --- | --- |', ...rows].join('\n');
}
