import { resourceUsage } from 'node:process';
import type { Post } from '@pipeline/datasets/synthetic';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { replay, type Target, total } from '../index';
import { withBareServer } from './bare';

/**
 * Sends ten million records into the bare server, in a process of its own, and prints `{"records":…,"megabytes":…}`: the most
 * memory that this process ever held.
 */
async function main(): Promise<void> {
  const posts = Math.ceil(Number(process.argv[2] ?? 10_000_000) / 6 / 500) * 500;
  const report = await withBareServer(500, (target: Target) => {
    function* repeated(): Generator<Post> {
      for (let sent = 0; sent < posts; ) {
        for (const post of syntheticPosts({ seed: 100, posts: Math.min(10_000, posts - sent) })) {
          sent++;
          yield post;
        }
      }
    }
    return replay({ source: repeated(), target, layers: ['batch', 'speed'], concurrency: 1 });
  });
  const records = total(report.layers, 'delivered');
  console.log(
    JSON.stringify({ records, seconds: report.seconds, megabytes: Math.round(resourceUsage().maxRSS / 1024) }),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
