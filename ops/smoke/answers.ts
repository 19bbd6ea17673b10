import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { z } from 'zod';
import type { Api } from './api';

/** Reason for which cleaning quarantines the marked posts, whose keys are negative. */
const REASON = 'key_invalid';

const fate = z.looseObject({
  read: z.int(),
  clean: z.int(),
  quarantined: z.int(),
  duplicates: z.int(),
  quarantinedByReason: z.record(z.string(), z.int()),
});
const perDataset = z.object(
  Object.fromEntries(DATASETS.map((dataset) => [dataset, fate])) as Record<Dataset, typeof fate>,
);
const indexOfAnswers = z.looseObject({
  asOf: z.iso.datetime(),
  views: z.array(z.looseObject({ name: z.string(), grain: z.string() })),
  counts: z.object(Object.fromEntries(LAYERS.map((layer) => [layer, perDataset])) as Record<Layer, typeof perDataset>),
});

/** What `GET /views` says of the records behind the answers. */
export type AnswersIndex = z.infer<typeof indexOfAnswers>;

/** The index as it is now; undefined where no run has written one. @throws Error when it is no index */
export async function answersIndex(api: Api): Promise<AnswersIndex | undefined> {
  const answer = await api.find('views');
  if (answer === undefined) return undefined;
  const result = indexOfAnswers.safeParse(answer);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new Error(`GET views answered no index of answers: ${path.join('.')}: ${message}`);
}

/** What a layer counted of one dataset since the index before: records read, and those refused for their keys. */
export interface Counted {
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly read: number;
  readonly refused: number;
}

export function countedSince(before: AnswersIndex | undefined, after: AnswersIndex): Counted[] {
  return LAYERS.flatMap((layer) =>
    DATASETS.map((dataset) => {
      const earlier = before?.counts[layer][dataset];
      const now = after.counts[layer][dataset];
      return {
        layer,
        dataset,
        read: now.read - (earlier?.read ?? 0),
        refused: (now.quarantinedByReason[REASON] ?? 0) - (earlier?.quarantinedByReason[REASON] ?? 0),
      };
    }),
  );
}

/** What is wrong with the answers after a run that should have taken in `posts` marked posts. */
export function problemsOfAnswers(
  before: AnswersIndex | undefined,
  after: AnswersIndex | undefined,
  posts: number,
): string[] {
  if (after === undefined) return ['answers: GET views still says that there are none'];
  const problems: string[] = [];
  if (before !== undefined && Date.parse(after.asOf) <= Date.parse(before.asOf)) {
    problems.push(`answers: asOf is still ${after.asOf}; no run has written them anew`);
  }
  for (const { layer, dataset, read, refused } of countedSince(before, after)) {
    if (refused >= posts) continue;
    problems.push(
      `answers: ${layer} ${dataset} read ${read} more records and refused ${refused} for their keys, not the ${posts} marked ones`,
    );
  }
  return problems;
}
