import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('a million posts pass through in less than 300 MB', () => {
  const program = `
    const { syntheticPosts } = require(${JSON.stringify(join(__dirname, 'index.ts'))});
    let posts = 0;
    let characters = 0;
    // Not maxRSS: Linux counts the memory of the process that started this one into it.
    let bytes = 0;
    for (const { records } of syntheticPosts({ seed: 100, posts: 1_000_000 })) {
      posts++;
      if (posts % 10_000 === 0) bytes = Math.max(bytes, process.memoryUsage.rss());
      characters += records[posts % 3].value.ind === undefined ? records[0].value.title.length : 1;
    }
    console.log(JSON.stringify({ posts, characters, kilobytes: bytes / 1024 }));`;
  const options = { encoding: 'utf8', timeout: 120_000, cwd: join(__dirname, '..', '..') } as const;
  const report = execFileSync(process.execPath, ['--import', 'tsx', '--eval', program], options);
  const { posts, characters, kilobytes } = JSON.parse(report);
  expect(posts).toBe(1_000_000);
  expect(characters).toBeGreaterThan(1_000_000);
  expect(kilobytes).toBeLessThan(300_000);
}, 130_000);
