import { ensureSpark, missingForSpark, type SparkTools, type Tell } from '../../toolchain/ensure-python';

export type { SparkTools } from '../../toolchain/ensure-python';

/** The machine lacks a tool; the message says which, and how to get it. */
export class ToolMissing extends Error {
  override readonly name = 'ToolMissing';
}

/**
 * Makes sure that this machine can run the notebooks. Installs what is ours to install on first use, and tells so.
 *
 * @throws ToolMissing before anything is installed; Error when an installation fails; the signal's reason when it was interrupted
 */
export async function prepareSpark(tell: Tell, signal?: AbortSignal): Promise<SparkTools> {
  const missing = missingForSpark();
  if (missing !== undefined) throw new ToolMissing(`--engine spark ${missing}`);
  return ensureSpark(tell, signal);
}
