import { oneOf, wholeNumber } from '../../serving';
import type { Judgement } from '../../serving/contract';
import type { HandlerOptions } from '../handlers';
import { DEFAULT_SOURCE } from '../observe/judgements';

/** `GET /judgement`: every answer judged by what arrived of a known source. @throws Problem 400 */
export async function judged(
  { pipeline, judgements }: Pick<HandlerOptions, 'pipeline' | 'judgements'>,
  query: Readonly<Partial<Record<string, string>>>,
): Promise<Judgement> {
  const known = pipeline.folder.replayed ?? DEFAULT_SOURCE;
  const hardMode = oneOf('hardMode', query.hardMode, {
    otherwise: known.hardMode ? 'true' : 'false',
    known: ['true', 'false'],
  });
  return judgements.of({
    seed: wholeNumber('seed', query.seed, { otherwise: known.seed, most: Number.MAX_SAFE_INTEGER }),
    posts: wholeNumber('posts', query.posts, { otherwise: known.posts, least: 1, most: 100_000_000 }),
    hardMode: hardMode === 'true',
  });
}
