import '@pipeline/cli/node-version';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, say } from '@pipeline/cli/command';
import { type CommandLine, parseOptions } from '@pipeline/cli/options';
import { launch, openTab, settled, visit } from './browser';
import { Pipeline } from './pipeline';

const LINE: CommandLine = {
  name: 'npm run screenshots --',
  description: 'Takes the pictures of the console in docs/pictures/ anew, always of the same source.',
  options: [],
};
const FOLDER = join(__dirname, '..', '..', 'docs', 'pictures');
const SOURCE = { seed: 100, posts: 11_154, hardMode: true };
/** Of a picture that the README shows, in bytes. */
const MOST_BYTES = 250_000;

/** What is pictured: a name, an address and a window. Heights are of what matters, not of the whole page. */
const PICTURES = [
  { name: 'overview', path: '/', width: 1280, height: 860, theme: 'light' },
  { name: 'overview-dark', path: '/', width: 1280, height: 860, theme: 'dark' },
  { name: 'overview-narrow', path: '/', width: 390, height: 844, theme: 'light' },
  { name: 'answer', path: '/answers/posts_by_category_and_year', width: 1280, height: 860, theme: 'light' },
  { name: 'post', path: '/post/7', width: 1280, height: 860, theme: 'light' },
  { name: 'quarantine', path: '/quarantine', width: 1280, height: 860, theme: 'light' },
  { name: 'api', path: '/api', width: 1280, height: 860, theme: 'light' },
] as const;

async function main(): Promise<number> {
  if (!parseOptions(LINE, process.argv.slice(2))) return 0;
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launch();
  const pipeline = await Pipeline.start();
  try {
    say(`Replaying ${SOURCE.posts} posts of seed ${SOURCE.seed} in hard mode …`);
    await pipeline.replay(SOURCE);
    for (const { name, path, width, height, theme } of PICTURES) {
      const context = await visit(browser, { width, theme });
      const { page } = await openTab(context, new URL(path, pipeline.url).href);
      await page.setViewportSize({ width, height });
      await settled(page);
      if (path === '/') await page.getByText(/answers right in three layers/).waitFor({ timeout: 60_000 });
      const file = join(FOLDER, `${name}.png`);
      await page.screenshot({ path: file });
      const { size } = statSync(file);
      if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MOST_BYTES}; picture less of it`);
      say(`${file}: ${Math.round(size / 1000)} kB`);
      await context.close();
    }
  } finally {
    await browser.close();
    await pipeline.stop();
  }
  return 0;
}

runCommand(main);
