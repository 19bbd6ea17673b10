import { oneOf, VIEW_LAYERS } from '../../serving';
import type { ExpectedAnswer } from '../../serving/contract';
import type { HandlerOptions } from '../handlers';

/** `GET /views/{view}/expected`: the right answer for what has arrived. @throws Problem 400 */
export async function expectedAnswer(
  { pipeline, right, watch }: HandlerOptions,
  view: string,
  layer: string | undefined,
): Promise<ExpectedAnswer> {
  oneOf('layer', layer, { otherwise: 'serving', known: VIEW_LAYERS });
  const source = pipeline.folder.replayed;
  const why = await watch.notCompared();
  if (why !== null || source === undefined)
    return { known: false, why: why ?? 'No source was replayed into this folder.' };
  const answer = (await right.of(source)).views[view];
  if (answer === undefined) return { known: false, why: `Nobody has written the right answer to ${view} yet.` };
  return { known: true, columns: answer.columns, rows: answer.rows };
}
