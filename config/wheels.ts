import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './load';
import { text } from './rules';
import type { Architecture } from './spark-settings';

const wheel = z.strictObject({
  version: z.string(),
  url: text(/^https:\/\/files\.pythonhosted\.org\/.+\.whl$/, 'must be the https address of a wheel on PyPI'),
  sha256: text(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
  licence: z.string(),
});
const wheels = z.record(text(/^[a-z0-9-]+$/, 'must be the name of a package'), wheel);
const lockFile = z.strictObject({ any: wheels, arm64: wheels, x86_64: wheels });

/** A package of Python that travels with a run, as PyPI serves it. */
export type Wheel = z.infer<typeof wheel> & { readonly name: string };

export const WHEELS_FILE = join(__dirname, '..', 'wheels.lock.json');

/**
 * Packages that a run on this processor takes along, since EMR promises none.
 *
 * @throws ConfigError that names the key
 */
export function loadWheels(architecture: Architecture, file: string = WHEELS_FILE): readonly Wheel[] {
  const result = lockFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `wheels.lock.json: ${issue.path.join('.')} ${issue.message}`);
    throw new ConfigError(faults.join('\n'));
  }
  const { any } = result.data;
  return Object.entries({ ...any, ...result.data[architecture] }).map(([name, wheel]) => ({ name, ...wheel }));
}
