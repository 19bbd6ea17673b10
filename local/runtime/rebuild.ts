import { existsSync, rmSync } from 'node:fs';
import { renameOver } from '@pipeline/cli/rename-over';
import type { BatchLayer } from '../batch';
import type { SpeedLayer } from '../speed';
import { Tables } from '../tables';

export interface Rebuilding {
  /** The tables' file. */
  readonly file: string;
  /** Makes the layers that fill some tables. */
  readonly layersOver: (tables: Tables) => { readonly batch: BatchLayer; readonly speed: SpeedLayer };
  /** Closes the tables that are there, which nobody uses any more. */
  readonly close: () => Promise<void>;
}

/**
 * Cleans everything anew beside the tables that are there, and puts the new ones into their place when they are whole: a rule that is
 * broken leaves the old ones as they are. Rows whose raw records are gone, as when a stream's retention has passed, are taken over.
 *
 * @returns how many records were taken over
 */
export async function rebuild({ file, layersOver, close }: Rebuilding): Promise<number> {
  const beside = `${file}.new`;
  remove(beside);
  let fresh: Tables | undefined = await Tables.open(beside);
  const { batch, speed } = layersOver(fresh);
  try {
    await batch.run();
    await speed.start();
    await speed.settle();
    await Promise.all([batch.stop(), speed.stop()]);
    await close();
    const outlived = existsSync(file) ? await fresh.takeOver(file) : 0;
    await fresh.close();
    fresh = undefined;
    rmSync(`${file}.wal`, { force: true });
    if (existsSync(`${beside}.wal`)) await renameOver(`${beside}.wal`, `${file}.wal`);
    await renameOver(beside, file);
    return outlived;
  } finally {
    await Promise.all([batch.stop(), speed.stop()]);
    await fresh?.close();
    remove(beside);
  }
}

function remove(file: string): void {
  for (const ending of ['', '.wal', '.tmp']) rmSync(`${file}${ending}`, { recursive: true, force: true });
}
