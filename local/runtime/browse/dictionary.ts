import { RULES, type Rule, rulesOf } from '@pipeline/datasets/rules';
import { DATASETS, type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import type { ColumnEntry, Dictionary, FieldEntry, RuleEntry } from '../../serving/contract';

/** A question and the clean columns that it reads, as `pin.category`. */
export interface ReadingQuestion {
  readonly name: string;
  readonly asks: string;
  readonly reads: readonly string[];
}

/** Records of one layer and dataset by reason for quarantine, and by finding. */
export interface Touched {
  readonly quarantinedByReason: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<string, number>>;
}

/** From fields through rules and columns to questions. @param touched one entry for each layer and dataset */
export function dictionaryOf(questions: readonly ReadingQuestion[], touched: readonly Touched[]): Dictionary {
  return {
    datasets: DATASETS.map((dataset) => {
      const { sourceTable, sourceColumns, cleanColumns } = SCHEMAS[dataset];
      const columns = cleanColumns.map(({ name, type }): ColumnEntry => {
        const rules = rulesOf(dataset, name);
        const from = fieldsBehind(dataset, name, rules);
        const readers = questions.filter(({ reads }) => reads.includes(`${dataset}.${name}`));
        return {
          column: name,
          type,
          from,
          rules: rules.map(({ id }) => id),
          questions: readers.map((question) => question.name),
        };
      });
      const fields = sourceColumns.map(({ name, mysqlType }): FieldEntry => {
        const into = columns.filter(({ from }) => from.includes(name));
        return {
          field: name,
          mysqlType,
          rules: RULES.filter(
            (rule) => isOf(rule, dataset) && rule.fields.some((field) => field === name || field === '*'),
          ).map(({ id }) => id),
          columns: into.map(({ column }) => column),
        };
      });
      return { dataset, sourceTable, fields, columns };
    }),
    rules: RULES.flatMap((rule) => entriesOf(rule, touched)),
    questions: questions.map(({ name, asks }) => ({ view: name, question: asks })),
  };
}

const isOf = (rule: Rule, dataset: Dataset): boolean => rule.dataset === undefined || rule.dataset === dataset;

/** Fields that a column is made of: those that its own rules read, else the one of its name. */
function fieldsBehind(dataset: Dataset, column: string, rules: readonly Rule[]): string[] {
  const known = SCHEMAS[dataset].sourceColumns.map(({ name }) => name);
  const own = rules.filter(({ columns }) => columns.includes(column)).flatMap(({ fields }) => fields);
  const named = known.filter((name) => own.includes(name));
  return named.length > 0 ? named : known.filter((name) => name === column);
}

/** The rule itself, then each reason and finding that it gives. */
function entriesOf(rule: Rule, touched: readonly Touched[]): RuleEntry[] {
  const datasets = rule.dataset === undefined ? [...DATASETS] : [rule.dataset];
  const sum = (counts: (each: Touched) => number | undefined) =>
    touched.reduce((all, each) => all + (counts(each) ?? 0), 0);
  return [
    {
      id: rule.id,
      kind: 'rule',
      datasets,
      words: `${rule.title}. ${rule.words}`,
      why: rule.why,
      example: exampleOf(rule),
      records: null,
    },
    ...Object.entries(rule.reasons).map(
      ([id, words]): RuleEntry => ({
        id,
        kind: 'reason',
        datasets,
        words,
        why: `By ${rule.id}.`,
        example: null,
        records: sum(({ quarantinedByReason }) => quarantinedByReason[id]),
      }),
    ),
    ...Object.entries(rule.findings).map(
      ([id, words]): RuleEntry => ({
        id,
        kind: 'finding',
        datasets,
        words,
        why: `By ${rule.id}.`,
        example: null,
        records: sum(({ findings }) => findings[id]),
      }),
    ),
  ];
}

/** The first example whose text is short enough for a page. */
export function exampleOf({ examples }: Rule): RuleEntry['example'] {
  for (const { before, after } of examples) {
    const [from, to] = [before.at(-1), after.at(-1)];
    if (from === undefined || to === undefined) continue;
    const example = { before: typeof from === 'string' ? from : JSON.stringify(from), after: JSON.stringify(to) };
    if (example.before.length <= 200 && example.after.length <= 200) return example;
  }
  return null;
}
