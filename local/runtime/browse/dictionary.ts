import { RULES, rulesOf } from '@pipeline/datasets/rules';
import { DATASETS, type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import type { Dictionary, RuleEntry } from '../../serving/contract';
import type { Tables } from '../../tables';
import { columnsIn } from '../answer-handlers';
import { sourcesOf } from './cleaned';

/** `GET /fields`: from the source's fields through rules and clean columns to the questions. @param records by reason or finding; left out where nobody counts them */
export function dictionary(records?: ReadonlyMap<string, number>): Dictionary {
  const reads = views().map(({ name, sql }) => ({ name, columns: columnsIn(sql) }));
  return {
    datasets: DATASETS.map((dataset) => {
      const { sourceTable, sourceColumns, cleanColumns } = SCHEMAS[dataset];
      return {
        dataset,
        sourceTable,
        fields: sourceColumns.map(({ name, mysqlType }) => ({
          field: name,
          mysqlType,
          rules: RULES.filter((rule) => (rule.dataset ?? dataset) === dataset)
            .filter(({ fields }) => fields.includes(name))
            .map(({ id }) => id),
          columns: cleanColumns
            .map((column) => column.name)
            .filter((column) => sourcesOf(dataset, column).includes(name)),
        })),
        columns: cleanColumns.map(({ name, type }) => ({
          column: name,
          type,
          from: sourcesOf(dataset, name),
          rules: rulesOf(dataset, name).map(({ id }) => id),
          questions: reads.filter(({ columns }) => columns.includes(`${dataset}.${name}`)).map((view) => view.name),
        })),
      };
    }),
    rules: RULES.flatMap((rule) => entriesOf(rule, records)),
    questions: views().map(({ name, asks }) => ({ view: name, question: asks })),
  };
}

type Rule = (typeof RULES)[number];

/** A rule, then each of its reasons and findings. */
function entriesOf(rule: Rule, records: ReadonlyMap<string, number> | undefined): RuleEntry[] {
  const datasets: readonly Dataset[] = rule.dataset === undefined ? DATASETS : [rule.dataset];
  const [example] = rule.examples;
  const text = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
  const words = { ...rule.reasons, ...rule.findings };
  const part = (kind: RuleEntry['kind'], id: string): RuleEntry => {
    const own = rule.examples.find(({ after }) =>
      after.some(
        ({ reason, findings }) =>
          reason === id ||
          String(findings ?? '')
            .split(',')
            .includes(id),
      ),
    );
    return {
      id,
      kind,
      datasets,
      words: words[id]!,
      why: rule.why,
      example: own ? { before: text(own.before), after: text(own.after) } : null,
      records: records === undefined ? null : (records.get(id) ?? 0),
    };
  };
  return [
    {
      id: rule.id,
      kind: 'rule',
      datasets,
      words: rule.words,
      why: rule.why,
      example: example ? { before: text(example.before), after: text(example.after) } : null,
      records: null,
    },
    ...Object.keys(rule.reasons).map((id) => part('reason', id)),
    ...Object.keys(rule.findings).map((id) => part('finding', id)),
  ];
}

/** Records by reason or finding, over both layers. */
export function recordsByRule(tables: Tables): Map<string, number> {
  const records = new Map<string, number>();
  for (const layer of ['batch', 'speed'] as const) {
    for (const { quarantinedByReason, findings } of Object.values(tables.layer(layer).tally())) {
      for (const [id, count] of [...Object.entries(quarantinedByReason), ...Object.entries(findings)])
        records.set(id, (records.get(id) ?? 0) + count);
    }
  }
  return records;
}
