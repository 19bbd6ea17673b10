import { z } from 'zod';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
}

/** The keys that a schema knows in the group at `path`; none where there is no group. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const groups = path.reduce<Schema[]>(
    (each, key) =>
      each.flatMap(({ properties, items }) => choicesOf(typeof key === 'number' ? items : properties?.[String(key)])),
    choicesOf(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as Schema),
  );
  return [...new Set(groups.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function choicesOf(schema: Schema | undefined): Schema[] {
  return schema ? [schema, ...(schema.anyOf ?? [])] : [];
}
