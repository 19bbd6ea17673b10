import { createHash } from 'node:crypto';
import { CLEAN_SQL, duckdbFunctions } from '@pipeline/datasets/sql';

/** Tells cleaning rules from others: of every statement that cleans, as its file says now, comments aside. */
export function rulesDigest(): string {
  const text = [...Object.values(CLEAN_SQL), ...duckdbFunctions()].join('\n').replaceAll(/^\s*--.*$/gm, '');
  return createHash('sha256').update(text.replaceAll(/\s+/g, ' ')).digest('hex').slice(0, 16);
}
