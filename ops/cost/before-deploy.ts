import { DEFAULT_POSTS } from '@pipeline/datasets/synthetic';
import type { EnvironmentConfig } from '../../config/schema';
import { costOf } from './report';
import { costSummary } from './table';
import { templatesOf } from './templates';

/** What an environment costs while it stands, in a few lines. */
export function costBeforeDeploy(config: EnvironmentConfig): string {
  return costSummary(costOf(config, templatesOf(config), { postsPerDay: DEFAULT_POSTS, batchSize: 500 }));
}
