import { randomUUID } from 'node:crypto';
import { Reply } from '../../serving';
import type { Run } from '../../serving/contract';
import type { RuntimeOptions } from '../runtime';
import type { Watch } from './watch';

export function eventsReply(watch: Watch): Reply {
  return new Reply(watch.open(), {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
  });
}

const RUN_ID = randomUUID();
const STARTED_MS = Date.now();

/** What does not change while this process runs. */
export function runOf(
  { environment, folder, auth, limits }: RuntimeOptions,
  stage: string,
  addresses: Run['addresses'],
): Run {
  const { env, userId, names } = environment;
  return {
    id: RUN_ID,
    startedMs: STARTED_MS,
    env,
    userId,
    stage,
    dataFolder: folder.path,
    auth: auth === 'none' ? 'none' : 'iam',
    limits,
    addresses,
    topics: names.topics,
    streams: names.streams,
    source: folder.replayed ?? null,
  };
}
