import { columns } from '@pipeline/cli/table';
import { DATASETS } from '@pipeline/datasets/schema';
import type { AnswersWithout, Trace, TracedRecord, TraceStep } from '../../local/serving/contract';

const SIGNS: Readonly<Record<TraceStep['state'], string>> = { done: '✓', waiting: '…', refused: '✗', unknown: '?' };

/** A post for people: its records by dataset, hop by hop. */
export function renderTrace({ key, records, served, looked, notLooked, nowMs }: Trace): string[] {
  const lines =
    records.length === 0
      ? [`No record carries the key ${key}.`]
      : [`Post ${key}: ${records.length === 1 ? 'one record' : `${records.length} records`}.`];
  for (const dataset of DATASETS) {
    const of = records.filter((record) => record.dataset === dataset);
    if (of.length === 0) continue;
    lines.push('', dataset);
    const serves = served?.[dataset];
    if (serves) lines.push(serves.layer === null ? `  ${serves.why}` : `  served from ${serves.layer}: ${serves.why}`);
    for (const record of of) lines.push('', `  ${record.layer}  ${nameOf(record)}`, ...stepLines(record, nowMs));
  }
  lines.push('', 'Looked at:', ...looked.map((where) => `  ${where}`));
  if (notLooked.length > 0) lines.push('Not looked at:', ...notLooked.map(({ where, why }) => `  ${where}: ${why}`));
  return lines;
}

const nameOf = ({ log, partition, offset, sequenceNumber }: TracedRecord): string =>
  `${log} ${partition} : ${offset ?? sequenceNumber ?? '?'}`;

function stepLines({ steps }: TracedRecord, nowMs: number): string[] {
  let before: number | null = null;
  const rows = steps.map(({ step, state, atMs, words, dueMs }) => {
    const later = atMs !== null && before !== null ? ` +${Math.max(0, atMs - before)} ms` : '';
    before = atMs ?? before;
    const due = dueMs === null ? '' : `; goes on in ${Math.max(0, Math.round((dueMs - nowMs) / 1000))} s`;
    return [`    ${SIGNS[state]} ${step}`, atMs === null ? '' : `${timeOf(atMs)}${later}`, `${words}${due}`];
  });
  return columns(rows, { right: [], width: 160 });
}

const timeOf = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** Which answers change when the post is left out. */
export function renderWithout({ key, views, unchanged, tookMs }: AnswersWithout): string[] {
  const row = (cells: AnswersWithout['views'][number]['changed'][number]['with']) =>
    cells === null ? '-' : cells.map((cell) => (cell === null ? 'null' : String(cell))).join(' · ');
  const lines = [
    `Without post ${key}: ${views.length === 0 ? 'no answer changes' : `${views.length} of ${views.length + unchanged.length} answers change`} (computed in ${tookMs} ms).`,
  ];
  for (const { view, columns: names, changed } of views)
    lines.push(
      '',
      `${view} (${names.join(' · ')})`,
      ...changed.map((pair) => `  ${row(pair.with)}  ->  ${row(pair.without)}`),
    );
  return lines;
}
