import type { Judgement, Others, OthersFound } from '../serving/contract';

/** All records that are not the source's, with the first of them; null where there are none. */
export function othersFound(others: readonly Others[]): OthersFound | null {
  const [earliest] = [...others].sort((a, b) => a.first.arrivedMs - b.first.arrivedMs);
  if (earliest === undefined) return null;
  const { layer, dataset, first } = earliest;
  return { records: others.reduce((sum, { records }) => sum + records, 0), first: { layer, dataset, ...first } };
}

/** Whether any record of the source has arrived anywhere. */
export function isOfSource({ arrived }: Pick<Judgement, 'arrived'>): boolean {
  return Object.values(arrived).some((byDataset) => Object.values(byDataset).some((keys) => keys > 0));
}
