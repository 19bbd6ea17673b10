import { ConfigError, checkEnvironment } from '../../config/load';
import type { EnvironmentConfig } from '../../config/schema';
import { shards, sink, spark } from './data-hops';
import { type Change, changed, type Hop, type Load, type Look, settingOf } from './load';
import { api, brokers, disks, partitions, proxy } from './request-hops';

/** In the order in which a post meets them. */
export const HOPS: readonly Hop[] = [api, proxy, brokers, disks, partitions, sink, shards, spark];
/** A change of one hop can burden another, as more partitions do brokers. */
const ROUNDS = 5;

export interface HopReport extends Look {
  readonly hop: string;
  /** Part of it that the load takes; above 1 it is too small. */
  readonly used: number;
}

/** What an environment carries, hop by hop. */
export function hopsOf(config: EnvironmentConfig, load: Load): HopReport[] {
  return HOPS.flatMap((hop) => {
    const look = hop.look(config, load);
    return look
      ? [{ hop: hop.name, ...look, used: look.carries > 0 ? load.postsPerSecond / look.carries : Infinity }]
      : [];
  });
}

/** The hop that is full first. */
export function bottleneckOf(hops: readonly HopReport[]): HopReport {
  return hops.reduce((least, hop) => (hop.carries < least.carries ? hop : least));
}

/** An environment that carries the load, and how it differs from its file; or the hops that no file makes large enough. */
export interface Enlarged {
  readonly config: EnvironmentConfig;
  readonly changes: readonly (Change & { readonly from: unknown })[];
  readonly tooSmall: readonly { readonly hop: string; readonly beyond: string }[];
}

export function enlarge(config: EnvironmentConfig, load: Load): Enlarged {
  let next = config;
  const tooSmall = new Map<Hop, string>();
  for (let round = 0; round < ROUNDS; round++) {
    const full = HOPS.filter((hop) => !tooSmall.has(hop) && isFull(hop, next, load));
    if (full.length === 0) break;
    for (const hop of full) {
      const found = firstThatCarries(hop, next, load);
      if (found) next = found;
      else tooSmall.set(hop, hop.beyond);
    }
  }
  const settings = new Set(HOPS.flatMap((hop) => [...hop.enlarge(config, load)].flat().map(({ setting }) => setting)));
  const changes = [...settings].flatMap((setting) => {
    const [from, to] = [settingOf(config, setting), settingOf(next, setting) as string | number];
    return from === to ? [] : [{ setting, from, to }];
  });
  return { config: next, changes, tooSmall: [...tooSmall].map(([{ name }, beyond]) => ({ hop: name, beyond })) };
}

function isFull(hop: Hop, config: EnvironmentConfig, load: Load): boolean {
  const look = hop.look(config, load);
  return look !== undefined && look.carries < load.postsPerSecond;
}

function firstThatCarries(hop: Hop, config: EnvironmentConfig, load: Load): EnvironmentConfig | undefined {
  for (const changes of hop.enlarge(config, load)) {
    const next = changed(config, changes);
    if (!isFull(hop, next, load) && isValid(next)) return next;
  }
  return undefined;
}

/** What no file may say carries nothing. */
function isValid({ name, ...settings }: EnvironmentConfig): boolean {
  try {
    checkEnvironment(name, settings);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
