import { grouped, table } from '@pipeline/cli/table';
import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { QuarantineReason } from '../../local/serving/contract';
import type { RuntimeClient } from '../runtime-client';

/** Which records of the quarantine are meant; what is left out does not matter. */
export interface QuarantineFilter {
  readonly layer?: Layer;
  readonly dataset?: Dataset;
  readonly reason?: string;
}

export async function listReasons(client: RuntimeClient, filter: QuarantineFilter): Promise<QuarantineReason[]> {
  const all = await client.get<QuarantineReason[]>('quarantine/reasons');
  return all.filter(
    ({ layer, dataset, reason }) =>
      layer === (filter.layer ?? layer) &&
      dataset === (filter.dataset ?? dataset) &&
      reason === (filter.reason ?? reason),
  );
}

/** Reasons as a table, then each in words. */
export function renderReasons(reasons: readonly QuarantineReason[]): string {
  if (reasons.length === 0) return 'Nothing is in quarantine.';
  const rows = reasons.map(({ layer, dataset, reason, records, newestMs }) => [
    layer,
    dataset,
    reason,
    grouped(records),
    new Date(newestMs).toISOString().slice(0, 19).replace('T', ' '),
  ]);
  const named = new Map(reasons.map(({ reason, words }) => [reason, words]));
  return [
    ...table(['layer', 'dataset', 'reason', 'records', 'newest (UTC)'], rows, { right: [3] }),
    '',
    ...[...named].map(([reason, words]) => `${reason}: ${words}`),
  ].join('\n');
}
