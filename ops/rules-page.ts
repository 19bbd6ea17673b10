import { type Example, RULES, type Rule } from '@pipeline/datasets/rules';
import { DATASETS } from '@pipeline/datasets/schema';

/** docs/rules.md: the catalogue of cleaning rules as a page. */
export function rulesPage(): string {
  const ofDataset = DATASETS.map((dataset) => [
    `## ${dataset}`,
    ...RULES.filter((rule) => rule.dataset === dataset).map(section),
  ]);
  return `${[
    '# Cleaning rules',
    '`npm run readme` writes this page from the catalogue in `datasets/rules/`. Each rule stands as a comment with its id beside the SQL that follows ' +
      'it, in `datasets/sql/clean/`, and every example below is a test on DuckDB.',
    'A record ends in one place: **clean**, **duplicate** (a later record of its key is clean) or **quarantined** with one reason. ' +
      'A finding is noted beside a row that stays.',
    '## Reasons and findings',
    wordTable(),
    '## Every dataset',
    ...RULES.filter(({ dataset }) => dataset === undefined).map(section),
    ...ofDataset.flat(),
  ].join('\n\n')}\n`;
}

function wordTable(): string {
  const rows = (rule: Rule, kind: 'reason' | 'finding', words: Readonly<Record<string, string>>) =>
    Object.entries(words).map(([word, sentence]) => `| \`${word}\` | ${kind} | ${link(rule)} | ${cell(sentence)} |`);
  return [
    '| word | is a | rule | says |',
    '| --- | --- | --- | --- |',
    ...RULES.flatMap((rule) => rows(rule, 'reason', rule.reasons)),
    ...RULES.flatMap((rule) => rows(rule, 'finding', rule.findings)),
  ].join('\n');
}

function section(rule: Rule): string {
  return [heading(rule), `${rule.words} *Why:* ${rule.why}`, exampleTable(rule.examples)].join('\n\n');
}

const heading = ({ id, title }: Rule) => `### ${id}: ${title}`;

/** To the heading, by the anchor that GitHub makes of it. */
function link(rule: Rule): string {
  const anchor = heading(rule)
    .slice('### '.length)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');
  return `[${rule.id}](#${anchor})`;
}

function exampleTable(examples: readonly Example[]): string {
  const rows = examples.flatMap(({ dataset, before, after }) =>
    before.map((record, place) => `| ${dataset} | ${code(record)} | ${code(after[place])} |`),
  );
  return ['| feed | record | becomes |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Text as it stands, anything else as JSON; what nobody could see is written as an escape. */
function code(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${cell(text.replaceAll('\u00a0', '\\u00a0'))}\``;
}

const cell = (text: string) => text.replaceAll('|', '\\|');
