import { oneOf, type Reply, VIEW_LAYERS } from '../../serving';
import type { ExpectedAnswer } from '../../serving/contract';
import type { HandlerOptions } from '../handlers';
import { versionsOf } from '../pipeline';
import type { Underway } from '../underway';

/** `GET /views/{view}/expected`: the right answer for what has arrived. @throws Problem 400 */
export async function expectedAnswer(
  { pipeline, watch }: Pick<HandlerOptions, 'pipeline' | 'watch'>,
  underway: Underway,
  view: string,
  query: Readonly<Partial<Record<string, string>>>,
): Promise<ExpectedAnswer | Reply> {
  const layer = oneOf('layer', query.layer, { otherwise: 'serving', known: VIEW_LAYERS });
  const job = {
    name: `expected/${layer}/${view}/${versionsOf(pipeline)}`,
    what: 'the right answers for what has arrived',
  };
  return underway.within(query.within, job, () => watch.rightAnswer(view, layer));
}
