import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './load';
import { text } from './rules';

const image = text(/^ami-[0-9a-f]{8,17}$/, 'must be the id of a machine image such as ami-0123456789abcdef0');
const lockFile = z.record(z.string(), z.partialRecord(z.enum(['x86_64', 'arm64']), image));

/** Processors that Amazon Linux is made for, in the words of its parameters. */
export type Processor = 'x86_64' | 'arm64';

/** Amazon Linux's image by region and processor, as it was when it was pinned. */
export type MachineImages = z.infer<typeof lockFile>;

export const IMAGES_FILE = join(__dirname, '..', 'machine-images.lock.json');

/**
 * Reads the lock file of machine images.
 *
 * @throws ConfigError that names region and processor
 */
export function loadMachineImages(file: string = IMAGES_FILE): MachineImages {
  const result = lockFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `machine-images.lock.json: ${issue.path.join('.')} ${issue.message}; run npm run pin-artefacts`,
  );
  throw new ConfigError(faults.join('\n'));
}

/** Graviton sizes carry a `g` after the generation: m7g, t4g, c7gn. */
export function processorOf(instanceType: string): Processor {
  return /^[a-z]+\d+g/.test(instanceType) ? 'arm64' : 'x86_64';
}

/** The parameter in which AWS names its latest Amazon Linux 2023. */
export function imageParameter(processor: Processor): string {
  return `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-${processor}`;
}
