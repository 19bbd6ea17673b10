import { oneOf, VIEW_LAYERS } from '../../serving';
import type { ExpectedAnswer } from '../../serving/contract';
import type { HandlerOptions } from '../handlers';

/** `GET /views/{view}/expected`: the right answer for what has arrived. @throws Problem 400 */
export async function expectedAnswer(
  { watch }: Pick<HandlerOptions, 'watch'>,
  view: string,
  layer: string | undefined,
): Promise<ExpectedAnswer> {
  return watch.rightAnswer(view, oneOf('layer', layer, { otherwise: 'serving', known: VIEW_LAYERS }));
}
