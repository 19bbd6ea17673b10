import { DATASETS, type Dataset, LAYERS, perDataset } from '@pipeline/datasets/schema';
import type { EnvironmentConfig } from '../../config/schema';
import { recordSizes } from '../cost/use';

/** What comes in while it is busiest, and what there is already. */
export interface Load {
  readonly postsPerSecond: number;
  /** Records in each request, as with the emulator's option of this name. */
  readonly batchSize: number;
  /** Days of posts at this rate that the tables hold. */
  readonly keptDays: number;
  /** What a record of each dataset weighs on average. */
  readonly bytes: Readonly<Record<Dataset, number>>;
}

export function loadOf({ postsPerSecond, batchSize, keptDays }: Omit<Load, 'bytes'>): Load {
  const sizes = recordSizes();
  return { postsPerSecond, batchSize, keptDays, bytes: perDataset((dataset) => sizes[dataset].bytes) };
}

/** What one post makes of each: every hop is asked how often a second it takes that. */
export const RECORDS_PER_POST = DATASETS.length;
export const REQUESTS_PER_POST = ({ batchSize }: Load) => (RECORDS_PER_POST * LAYERS.length) / batchSize;
export const bytesPerPost = ({ bytes }: Load) => DATASETS.reduce((sum, dataset) => sum + bytes[dataset], 0);
/** Of the dataset that weighs most: its topic and its stream fill first. */
export const heaviest = ({ bytes }: Load) => Math.max(...DATASETS.map((dataset) => bytes[dataset]));

/** One setting of an environment's file, by its path, and what it should be. */
export interface Change {
  readonly setting: string;
  readonly to: number | string;
}

/** A part of the way that posts take. */
export interface Hop {
  readonly name: string;
  /** undefined where the environment has no such part. */
  look(config: EnvironmentConfig, load: Load): Look | undefined;
  /** Ways to enlarge it for this load, the cheapest first; none when no file can. */
  enlarge(config: EnvironmentConfig, load: Load): Iterable<readonly Change[]>;
  /** What helps when no file does. */
  readonly beyond: string;
}

/** What a hop has, and what the load wants of it, in the same words. */
export interface Look {
  readonly gives: string;
  readonly needs: string;
  /** Posts a second that it carries. */
  readonly carries: number;
  /** Names of the limits that this stands on. */
  readonly limits: readonly string[];
}

/** The value of a setting such as `kafka.volumeGiB`. */
export function settingOf(config: EnvironmentConfig, setting: string): unknown {
  return setting
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], config);
}

/** The configuration with these settings instead. */
export function changed(config: EnvironmentConfig, changes: readonly Change[]): EnvironmentConfig {
  const copy = structuredClone(config) as unknown as Record<string, unknown>;
  for (const { setting, to } of changes) {
    const keys = setting.split('.');
    const last = keys.pop()!;
    const group = keys.reduce((value, key) => value[key] as Record<string, unknown>, copy);
    group[last] = to;
  }
  return copy as unknown as EnvironmentConfig;
}
