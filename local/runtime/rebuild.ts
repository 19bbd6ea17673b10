import type { BatchLayer } from '../batch';
import type { SpeedLayer } from '../speed';
import type { Tables } from '../tables';

export interface Rebuilding {
  readonly tables: Tables;
  readonly batch: BatchLayer;
  readonly speed: SpeedLayer;
}

/**
 * Cleans anew what other rules than those of now have cleaned. Until that is whole, and where a rule is broken, everything answers as
 * before. Records whose raw ones are gone, as when a stream's retention has passed, stay as they were cleaned.
 *
 * @returns how many records stay so
 */
export function rebuild({ tables, batch, speed }: Rebuilding): Promise<number> {
  return batch.hold(() =>
    speed.hold(() =>
      tables.cleanAnew((layer, datasets, into) =>
        layer === 'batch' ? batch.again(datasets, into) : speed.again(datasets, into),
      ),
    ),
  );
}
