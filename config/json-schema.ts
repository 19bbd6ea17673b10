import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { environmentSchema } from './schema';

export const JSON_SCHEMA_FILE = join(__dirname, 'environment.schema.json');

/** The schema of an environment file for editors, made from what checks the file. Rules between keys are not in it. */
export function environmentJsonSchema(): string {
  const schema = z.toJSONSchema(environmentSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'An environment of the pipeline', ...schema }, null, 2)}\n`;
}

// `npx tsx config/json-schema.ts` writes the file anew.
if (require.main === module) writeFileSync(JSON_SCHEMA_FILE, environmentJsonSchema());
