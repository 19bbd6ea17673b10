import type { Mistake } from '@pipeline/datasets/mistakes';
import type { Dataset } from '@pipeline/datasets/schema';
import type { View } from '@pipeline/datasets/sql';
import { rowsOf, without } from './answer-finding';
import { canonicalSql, NULL_TEXT } from './canonical';
import { comparedColumns } from './subjects';
import type { Truth } from './truth';

const nameOf = (mistakes: readonly Mistake[]) => mistakes.map(({ id }) => id).join(' with ');

/** A record for which two causes give different values, in words; null where none of the probes is one. */
export async function apartInTable(
  probes: Truth,
  dataset: Dataset,
  causes: readonly (readonly Mistake[])[],
): Promise<string | null> {
  for (const [at, one] of causes.entries()) {
    for (const other of causes.slice(at + 1)) {
      const touches = (column: string) =>
        [one, other].every((mistakes) =>
          mistakes.some(({ columns }) => columns === undefined || columns.includes(`${dataset}.${column}`)),
        );
      const [a, b] = [await probes.schema(one), await probes.schema(other)];
      if (a === undefined || b === undefined) continue;
      for (const { name, type } of comparedColumns(dataset)) {
        if (!touches(name)) continue;
        const text = (alias: string) => canonicalSql(`cast(${alias}."${name}" as string)`, type);
        const rows = await probes.rows(
          `select ${text('a')}, ${text('b')}, r.line from ${a}.${dataset} as a inner join ${b}.${dataset} as b
            on a.ind = b.ind and a.arrival_order = b.arrival_order
            inner join main.raw_${dataset} as r on r.arrival_order = a.arrival_order
            where ${text('a')} is distinct from ${text('b')} order by a.ind limit 1`,
        );
        const [row] = rows;
        if (row)
          return `a ${dataset} record ${rawOf(String(row[2]), name)}: ${nameOf(one)} makes ${name} ${row[0] ?? 'NULL'} of it, ${nameOf(other)} ${row[1] ?? 'NULL'}`;
      }
    }
  }
  return null;
}

/** A row of the probes' answer that only one of two causes gives. */
export async function apartInAnswer(
  probes: Truth,
  view: View,
  causes: readonly (readonly Mistake[])[],
): Promise<string | null> {
  for (const [at, one] of causes.entries()) {
    for (const other of causes.slice(at + 1)) {
      const a = await probes.answer(view, one).catch(() => undefined);
      const b = await probes.answer(view, other).catch(() => undefined);
      if (a === undefined || b === undefined) continue;
      const [row] = without(rowsOf(a), rowsOf(b));
      const [beside] = without(rowsOf(b), rowsOf(a));
      if (row === undefined && beside === undefined) continue;
      const text = (found: string | undefined) =>
        found === undefined
          ? 'no such row'
          : (JSON.parse(found) as string[]).map((value) => (value === NULL_TEXT ? 'NULL' : value)).join(', ');
      const cleaned = await recordApart(probes, one, other);
      return (
        cleaned ??
        `over the records of datasets/mistakes/probes.ts ${nameOf(one)} gives the row ${text(row)}, ${nameOf(other)} ${text(beside)}`
      );
    }
  }
  return null;
}

/** The record behind it, where both are about cleaning one column. */
async function recordApart(probes: Truth, one: readonly Mistake[], other: readonly Mistake[]): Promise<string | null> {
  const datasets = [one, other].map((mistakes) =>
    mistakes.length === 1 ? mistakes[0]!.columns?.[0]?.split('.')[0] : undefined,
  );
  return datasets[0] !== undefined && datasets[0] === datasets[1]
    ? apartInTable(probes, datasets[0] as Dataset, [one, other])
    : null;
}

/** The fields of a record that a clean column is made of. */
function rawOf(line: string, column: string): string {
  const record = JSON.parse(line) as Record<string, unknown>;
  const fields: Readonly<Record<string, readonly string[]>> = {
    coordinates: ['latitude', 'longitude'],
    user_name: ['first_name', 'last_name'],
    user_key: ['first_name', 'last_name', 'age', 'date_joined'],
  };
  return `with ${(fields[column] ?? [column]).map((field) => `${field} ${JSON.stringify(record[field] ?? null)}`).join(', ')}`;
}
