import { UsageError } from '@pipeline/cli/option-values';
import { DEFAULT_POSTS } from '@pipeline/datasets/synthetic';
import type { EmulateOptions } from '../options';
import type { Pace } from '../send/pace';
import { deadLetterSource } from './dead-letter-source';
import { first, type Order, type Source } from './source';
import { syntheticSource } from './synthetic-source';

/** The source that the options name. @param password for a database, where nothing else gives one */
export async function sourceOf(options: EmulateOptions, password: string | undefined): Promise<Source> {
  if (options.replay !== undefined) return first(options.posts, deadLetterSource(options.replay));
  const order = orderOf(options);
  if (options.source === 'synthetic') {
    // In key order the number of posts is the size of the source, as for npm start; drawn ones come from the whole of it.
    if (order.by !== 'random') {
      return syntheticSource(
        { seed: options.seed, posts: options.posts ?? DEFAULT_POSTS, hardMode: options.hardMode },
        order,
      );
    }
    const whole = { seed: options.seed, posts: DEFAULT_POSTS, hardMode: options.hardMode };
    return first(options.posts, syntheticSource(whole, order));
  }
  if (options.hardMode) throw new UsageError('--hard-mode is for the synthetic source; a database has the dirt it has');
  const [{ openDatabase }, { mysqlSource }] = await Promise.all([import('./database.ts'), import('./mysql-source.ts')]);
  const database = await openDatabase(options.source, options, password);
  try {
    const source = await mysqlSource(database.name, () => database.connect(), order);
    return first(options.posts, {
      ...source,
      close: async () => {
        await source.close();
        await database.close();
      },
    });
  } catch (error) {
    await database.close();
    throw error;
  }
}

function orderOf({ order, orderSeed, realtime }: EmulateOptions): Order {
  if (realtime !== undefined && order === 'random') {
    throw new UsageError('--realtime sends posts in the order of their times; leave out --order random');
  }
  if (realtime !== undefined) return { by: 'time' };
  return order === 'random' ? { by: 'random', seed: orderSeed } : { by: 'key' };
}

/** When to send; `undefined` for as fast as it goes. */
export function paceOf({ rate, pattern, realtime }: EmulateOptions): Pace | undefined {
  if (rate !== undefined && realtime !== undefined)
    throw new UsageError('--rate and --realtime both set the pace; pass one');
  if (realtime !== undefined) return { realtime };
  if (rate !== undefined) return { rate, pattern };
  if (pattern !== 'constant') throw new UsageError(`--pattern ${pattern} needs --rate, the posts per second to send`);
  return undefined;
}
