import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './load';
import { text } from './rules';

const artefact = z.strictObject({
  version: z.string(),
  url: text(/^https:\/\//, 'must be an https address'),
  /** null until `npm run pin-artefacts` has downloaded the file once. */
  sha256: text(/^[0-9a-f]{64}$/, 'must be 64 hex digits or null').nullable(),
  licence: z.string(),
  maven: z.string().optional(),
});

const lockFile = z.strictObject({
  'kafka-connect-s3': artefact,
  'confluent-community': artefact,
  'aws-msk-iam-auth': artefact,
});

/** A file of somebody else's that a deployment downloads. */
export type Artefact = z.infer<typeof artefact>;
/** Every such file, by name. */
export type Artefacts = z.infer<typeof lockFile>;

export const LOCK_FILE = join(__dirname, '..', 'artefacts.lock.json');

/**
 * Reads the lock file of downloads.
 *
 * @throws ConfigError that names the key
 */
export function loadArtefacts(file: string = LOCK_FILE): Artefacts {
  const result = lockFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `artefacts.lock.json: ${issue.path.join('.')} ${issue.message}`);
  throw new ConfigError(faults.join('\n'));
}

/** Names of the files that nobody has downloaded and pinned yet. A deployment needs them all. */
export function unpinned(artefacts: Artefacts): string[] {
  return Object.entries(artefacts)
    .filter(([, { sha256 }]) => sha256 === null)
    .map(([name]) => name);
}
