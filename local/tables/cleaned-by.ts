import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { Session } from './session';

/** The rules that cleaned the records of one dataset in one layer. */
export interface CleanedBy {
  /** Digest of the rules, or `SEVERAL`. */
  readonly rules: string;
  /** Records that stayed as older rules had cleaned them when all others were cleaned anew: their raw ones are gone. */
  readonly outlived: number;
}

/** Stands for rules that were not the same for all records. */
export const SEVERAL = '';

/** What is kept of a layer. Of records that came in before such things were kept, there is nothing. */
export async function readCleanedBy(session: Session, layer: Layer): Promise<Map<Dataset, CleanedBy>> {
  const kept = await session.read('select c.dataset, c.rules, c.outlived from made.cleaned as c where c.layer = $1', [
    layer,
  ]);
  return new Map(
    kept
      .getRows()
      .map(([dataset, rules, outlived]) => [dataset as Dataset, { rules: String(rules), outlived: Number(outlived) }]),
  );
}

/** Keeps it, in the transaction that changes the records. */
export async function keepCleanedBy(
  { connection }: Session,
  layer: Layer,
  dataset: Dataset,
  { rules, outlived }: CleanedBy,
): Promise<void> {
  await connection.run('delete from made.cleaned where layer = $1 and dataset = $2', [layer, dataset]);
  await connection.run(`insert into made.cleaned values ($1, $2, $3, ${outlived})`, [layer, dataset, rules]);
}
