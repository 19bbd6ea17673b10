import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS, type Dataset } from '../schema';

/** Fields of a record before cleaning, or columns of a row after cleaning, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** Records of one feed in the order of their arrival, and the result of cleaning for each record. */
export interface Example {
  readonly dataset: Dataset;
  /** Each record: fields to set in the schema's `smallestRecord`, or a whole line of text. */
  readonly before: readonly (Fields | string)[];
  /** One row for each record: the clean columns of the rule, in order, and `outcome`, `reason`, `findings`, `line`. */
  readonly after: readonly Fields[];
}

/** One cleaning rule. Known mistakes and variants refer to it by its id. */
export interface Rule {
  /** A letter and a number, such as `F1`. Comments in the SQL and names of tests use it. */
  readonly id: string;
  /** The one dataset that the rule is about; undefined for the rules of every dataset. */
  readonly dataset?: Dataset;
  /** A headline of a few words. */
  readonly title: string;
  /** Fields of the source that the rule reads; `*` is all of them. Empty for a rule about the table as a whole. */
  readonly fields: readonly string[];
  /** Clean columns that the rule computes; `*` is all of them. Empty for a rule about the table as a whole. */
  readonly columns: readonly string[];
  /** What the rule does, in plain English. */
  readonly words: string;
  /** What goes wrong without the rule. */
  readonly why: string;
  /** The rule's reasons for quarantine, each with a sentence about the record. */
  readonly reasons: Readonly<Record<string, string>>;
  /** The rule's findings about clean rows, each with a sentence about the row. */
  readonly findings: Readonly<Record<string, string>>;
  readonly examples: readonly Example[];
}

/** Every cleaning rule: those of all datasets first, then each dataset's own. */
export const RULES: readonly Rule[] = [
  rulesIn('every'),
  ...DATASETS.map((dataset) => rulesIn(dataset, dataset)),
].flat();

/** @throws Error that names the known rules, when no rule has this id. */
export function ruleNamed(id: string): Rule {
  const rule = RULES.find((each) => each.id === id);
  if (!rule) throw new Error(`no rule '${id}' (known: ${RULES.map((each) => each.id).join(', ')})`);
  return rule;
}

/**
 * The rule with this reason for quarantine or this finding. Undefined for an unknown word, such as a word
 * of an older version.
 */
export function ruleOf(reasonOrFinding: string): Rule | undefined {
  return RULES.find(({ reasons, findings }) => reasonOrFinding in reasons || reasonOrFinding in findings);
}

/** The sentence about a reason for quarantine or a finding; undefined as with `ruleOf`. */
export function sentenceOf(reasonOrFinding: string): string | undefined {
  const rule = ruleOf(reasonOrFinding);
  return rule?.reasons[reasonOrFinding] ?? rule?.findings[reasonOrFinding];
}

/** The rules for a clean column: first its own rules, then the rules for every column. */
export function rulesOf(dataset: Dataset, column: string): readonly Rule[] {
  const ofDataset = RULES.filter((rule) => rule.dataset === undefined || rule.dataset === dataset);
  return [
    ...ofDataset.filter(({ columns }) => columns.includes(column)),
    ...ofDataset.filter(({ columns }) => columns.includes('*')),
  ];
}

function rulesIn(file: string, dataset?: Dataset): Rule[] {
  const rules: Rule[] = JSON.parse(readFileSync(join(__dirname, `${file}.json`), 'utf8'));
  return rules.map((rule) => ({
    ...(dataset !== undefined && { dataset }),
    ...rule,
    examples: rule.examples.map((example) => ({ ...(dataset !== undefined && { dataset }), ...example })),
  }));
}
