import type { Browser, BrowserContext } from 'playwright-core';
import { launch, openTab, settled, sideways, type Visitor, violations, visit } from './browser';
import { Pipeline } from './pipeline';

let browser: Browser;
let pipeline: Pipeline;

beforeAll(async () => {
  browser = await launch();
  pipeline = await Pipeline.start();
  await pipeline.replay({ seed: 100, posts: 2_000, hardMode: true });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await pipeline?.stop();
});

/** Every page, and what stands in its first headline. */
const pages = (): readonly (readonly [path: string, headline: RegExp])[] => {
  const { topics, streams } = pipeline.outputs;
  return [
    ['/', /^Pinterest data pipeline$/],
    ['/answers', /^Answers$/],
    ['/answers/top_category_by_year', /^What was the most popular category in each year/],
    ['/answers/posts_by_category_and_year?layer=speed', /^How many posts/],
    ['/answers/median_followers_by_join_year_and_age_group?layer=batch', /^How many followers/],
    ['/answers/country_with_top_user?layer=all', /^Which country/],
    ['/answers/top_user_by_country?filter=an&sort=-follower_count', /^Which poster/],
    ['/records', /^Records$/],
    ['/records?kind=stream', /^Records$/],
    ['/records/files', /^Records$/],
    [`/records/logs/${topics.pin}/0`, /pin 0$/],
    [`/records/logs/${topics.pin}/0?from=10`, /pin 0$/],
    [`/records/logs/${topics.pin}/0/1`, /pin 0 : 1$/],
    [`/records/logs/${streams.user}/0/1`, /user 0 : 1$/],
    ['/post', /^One post$/],
    ['/post/7', /^Post 7$/],
    ['/post/123456789', /^Post 123456789$/],
    ['/quarantine', /^Quarantine$/],
    ['/quarantine?layer=batch&dataset=pin', /^Quarantine$/],
    ['/api', /^API$/],
    ['/dictionary', /^Dictionary$/],
    ['/dictionary?dataset=pin&column=follower_count', /^Dictionary$/],
    ['/dictionary?rule=F1', /^Dictionary$/],
  ];
};

const VISITORS: readonly Visitor[] = [
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
];

test.each(VISITORS)(
  'every page is whole at $width px in a $theme theme',
  async (visitor) => {
    const context = await visit(browser, visitor);
    const found: string[] = [];
    let looked = 0;
    for (const [path, headline] of pages()) {
      const { page, problems } = await openTab(context, new URL(path, pipeline.url).href);
      await settled(page);
      looked++;
      const title = (await page.textContent('h1')) ?? '';
      if (!headline.test(title)) found.push(`${path}: its headline is '${title}'`);
      const wider = await sideways(page);
      if (wider > 0) found.push(`${path}: ${wider} px too wide`);
      for (const alert of await page.locator('[role=alert]').allTextContents()) found.push(`${path}: ${alert}`);
      found.push(...(await violations(page)).map((violation) => `${path}: ${violation}`));
      found.push(...problems.map((problem) => `${path}: ${problem}`));
      await page.close();
    }
    await context.close();
    expect(found).toEqual([]);
    expect(looked).toBe(23);
  },
  400_000,
);

test.each([
  ['/nothing', 404, null],
  ['/answers/nope', 200, "no view 'nope'"],
  ['/records/logs/nope/0', 200, "'nope'"],
  ['/api?route=GET+/nope', 200, 'There is no route GET /nope'],
  ['/dictionary/and/more', 200, 'Dictionary'],
] as const)('%s says what there is', async (path, status, sentence) => {
  const response = await fetch(new URL(path, pipeline.url));
  expect(response.status).toBe(status);
  if (sentence === null) return;
  const context = await visit(browser, VISITORS[0]!);
  const { page } = await openTab(context, new URL(path, pipeline.url).href);
  await page.getByText(sentence).first().waitFor();
  await context.close();
});

test('the page may load nothing from elsewhere, and sets no style by markup', async () => {
  const context: BrowserContext = await visit(browser, VISITORS[0]!);
  const { page, problems } = await openTab(context, pipeline.url);
  await settled(page);
  await page.evaluate(
    `document.body.insertAdjacentHTML('beforeend', '<img src="https://example.com/x.png"><p style="color:red">x</p>')`,
  );
  await page.waitForTimeout(300);
  expect(problems.filter((problem) => problem.startsWith('policy: '))).toEqual([
    'policy: style-src-attr inline',
    'policy: img-src https://example.com/x.png',
  ]);
  await context.close();
});
