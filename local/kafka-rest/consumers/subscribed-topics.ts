import { runInNewContext } from 'node:vm';
import { badRequest } from '../errors';
import type { Subscription } from './requests';

const PATTERN_TIMEOUT_MS = 100;

/** The topics that a subscription means, of those there are. */
export function topicsOf(subscription: Subscription, known: readonly string[]): Set<string> {
  if ('topics' in subscription) return new Set(subscription.topics);
  try {
    // A pattern is the sender's program: it may take very long.
    const names = runInNewContext(
      'known.filter((name) => pattern.test(name))',
      { known, ...subscription },
      {
        timeout: PATTERN_TIMEOUT_MS,
      },
    ) as string[];
    return new Set(names.filter((name) => !name.startsWith('__')));
  } catch (error) {
    throw badRequest(`topic_pattern: ${(error as Error).message}`);
  }
}
