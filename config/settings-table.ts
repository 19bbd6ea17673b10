import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentJsonSchema } from './json-schema';

/** Where the table stands, between `<!-- settings -->` and `<!-- /settings -->`. */
export const SETTINGS_PAGE = join(__dirname, '..', 'docs', 'environments.md');
const PART = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
}

/** Every setting of an environment's file as a Markdown table, made from what checks the file. */
export function settingsTable(): string {
  const rows = rowsOf(JSON.parse(environmentJsonSchema()) as Schema, '');
  return ['| setting | takes | left out | what it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The page with the table of today. @throws Error when the page has no place for it */
export function withSettingsTable(page: string): string {
  if (!PART.test(page)) throw new Error(`${SETTINGS_PAGE} has no part 'settings'`);
  return page.replace(PART, (_, before: string, after: string) => `${before}${settingsTable()}\n${after}`);
}

function rowsOf({ properties = {}, required = [] }: Schema, prefix: string): string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = `${prefix}${key}`;
    const group = groupOf(schema);
    if (!group) return [rowOf(path, schema, required.includes(key))];
    const isOff = !required.includes(key) && schema.default === undefined;
    return [...(isOff ? [`| **\`${path}\`** | a group | off | |`] : []), ...rowsOf(group, `${path}.`)];
  });
}

/** The settings in a group. Of a choice of groups all of them, required where every group requires them. */
function groupOf(schema: Schema): Schema | undefined {
  if (schema.properties) return schema;
  if (!schema.anyOf?.every((choice) => choice.properties)) return undefined;
  const [first, ...others] = schema.anyOf;
  return {
    properties: Object.assign({}, ...schema.anyOf.map(({ properties }) => properties)),
    required: first!.required?.filter((key) => others.every(({ required }) => required?.includes(key))),
  };
}

function rowOf(path: string, schema: Schema, isRequired: boolean): string {
  const { description } = schema;
  if (description === undefined) throw new Error(`${path} has no description in config/; say what it does`);
  const otherwise =
    schema.default === undefined ? (isRequired ? 'refused' : '') : `\`${JSON.stringify(schema.default)}\``;
  const cells = [`\`${path}\``, kindOf(schema), otherwise.replaceAll('"', ''), description];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
}

function kindOf({ type, enum: values, minimum, maximum, minItems, maxItems }: Schema): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (type === 'integer' || type === 'number') return `${minimum} to ${maximum}`;
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'array')
    return `a list, ${minItems === undefined ? `at most ${maxItems}` : `${minItems} to ${maxItems}`}`;
  return 'text';
}

// `npx tsx config/settings-table.ts` writes the page's table anew.
if (require.main === module) writeFileSync(SETTINGS_PAGE, withSettingsTable(readFileSync(SETTINGS_PAGE, 'utf8')));
