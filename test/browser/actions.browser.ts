import type { Browser, Page } from 'playwright-core';
import { questions } from '../../datasets/sql';
import { launch, openTab, settled, type Tab, visit } from './browser';
import { Pipeline } from './pipeline';

let browser: Browser;
let pipeline: Pipeline;
let tab: Tab;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  pipeline = await Pipeline.start();
  await pipeline.replay({ seed: 7, posts: 50 });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await pipeline?.stop();
});

beforeEach(async () => {
  tab = await openTab(await visit(browser, { width: 1280, theme: 'light' }), pipeline.url);
  page = tab.page;
});

/** Nothing that a test did may have left an error on the console, or broken the page's policy. */
afterEach(async () => {
  const { problems } = tab;
  await page.context().close();
  expect(problems).toEqual([]);
});

async function open(path: string): Promise<void> {
  await page.goto(new URL(path, pipeline.url).href);
  await settled(page);
}

const place = (ind: number, timestamp = '2022-01-31T12:00:00Z', country = 'Norway') =>
  JSON.stringify({ ind, timestamp, latitude: 59.9, longitude: 10.7, country });

const asked = questions().length;

test('what was replayed is right, and the page says so for every answer in every layer', async () => {
  await page
    .getByText(
      new RegExp(`^✓ Running\\. 300 records delivered, ${asked} of ${asked} answers right in three layers, newest`),
    )
    .waitFor();
  expect(await page.locator('table.correctness td').allTextContents()).toEqual(Array(3 * asked).fill('✓ right'));
  await open('/answers/top_category_by_year?layer=batch');
  expect(await page.locator('[role=tablist] a, nav a').filter({ hasText: '✓ right' }).count()).toBe(3);
});

test('a post can be left out, and the answers that change stand beside what they were', async () => {
  await open('/post/7');
  await page.getByRole('button', { name: 'Answer every question without this post' }).click();
  await page.getByText(/answers? changes?\. Computed in/).waitFor();
  const changed = page.getByRole('region', { name: 'posts by category and year' });
  const [withIt, without] = await changed.locator('tbody tr td').allTextContents();
  const countIn = (row: string) => Number(row.split(' · ').at(-1));
  expect(without === '–' ? 0 : countIn(without!)).toBe(countIn(withIt!) - 1);
});

test.each(['speed', 'batch'] as const)(
  'a bad record of the %s layer is corrected, sent again and seen clean',
  async (layer) => {
    const key = layer === 'speed' ? 800_001 : 800_002;
    await pipeline.send(layer, 'geo', String(key), place(key, 'the day before'));
    if (layer === 'batch') await pipeline.post('flush');
    await open(`/quarantine?layer=${layer}&dataset=geo&reason=timestamp_invalid`);
    const entry = page.locator('li.quarantined').filter({ hasText: String(key) });
    await entry.getByRole('link', { name: 'Correct it' }).click();
    const line = page.getByLabel('The line, as it was sent');
    expect(JSON.parse(await line.inputValue())).toEqual(JSON.parse(place(key, 'the day before')));
    await line.fill(place(key));
    await page.getByRole('button', { name: 'Send it again' }).click();
    await page.getByText(/answered 200/).waitFor();
    if (layer === 'batch') await page.getByRole('button', { name: 'Close the file now' }).click();
    await page.getByText('✓ Clean.').waitFor();
    await open(`/post/${key}`);
    await page.getByText(`Served from`).first().waitFor();
    expect(await page.getByText('Answers rest on it.').count()).toBe(1);
  },
);

test('an edited template is tried before it is saved, and nothing that is served changes', async () => {
  await open('/api?route=PUT+%2Fstreams%2F%7Bstream-name%7D%2Frecord');
  const check = page.getByRole('button', { name: 'Check it; nothing is sent' });
  await check.click();
  const sent = page.locator('.try-steps');
  await sent.getByText('Not sent: this was a check.').waitFor();
  expect(await sent.textContent()).not.toContain('edited-here');
  await page.getByText('Request template for application/json').first().click();
  const template = page.getByRole('textbox', { name: 'Request template for application/json' });
  const declared = await template.inputValue();
  await template.fill(declared.replace('{', '{ "edited-here": true,'));
  await page.getByText('A template is edited, for this page alone.').waitFor();
  await check.click();
  await sent.getByText('edited-here').first().waitFor();
  // What clients send goes through the declared one.
  await pipeline.send('speed', 'geo', '800003', place(800_003));
  await template.fill('#set($x = ');
  await check.click();
  await page.getByRole('alert').waitFor();
  // The browser notes by itself that the runtime said no.
  expect(tab.problems.splice(0)).toEqual([
    'Failed to load resource: the server responded with a status of 400 (Bad Request)',
  ]);
  await page.getByRole('button', { name: 'Templates as declared' }).click();
  expect(await template.inputValue()).toBe(declared);
});

test('whatever a record holds shows for what it is, and long ones by their beginning', async () => {
  const long = 'x'.repeat(1_000_000);
  const deep = `${'['.repeat(200)}1${']'.repeat(200)}`;
  const values = [
    '{"ind":1,"country":"<img src=x onerror=alert(1)><script>alert(2)</script>"}',
    '{"ind":1,"country":"a\\u202eb\\u2066c"}',
    '{"ind":9223372036854775808,"n":-9223372036854775809}',
    '{"ind":1,"country":"\\ud800 alone"}',
    `{"ind":1,"deep":${deep}}`,
    `{"ind":1,"country":"${long}"}`,
  ];
  const { streams } = pipeline.outputs;
  const [{ end }] = (await pipeline.get<{ name: string; partitions: { end: number }[] }[]>('logs')).find(
    ({ name }) => name === streams.user,
  )!.partitions as [{ end: number }];
  for (const value of values) await pipeline.send('speed', 'user', 'hostile', value);
  const show = async (at: number) => {
    await open(`/records/logs/${streams.user}/0/${end + at}`);
    return (await page.textContent('main')) ?? '';
  };
  expect(await show(0)).toContain('<img src=x onerror=alert(1)><script>alert(2)</script>');
  expect(await page.locator('main img, main script').count()).toBe(0);
  expect(await show(1)).toContain('U+202E');
  expect(await show(2)).toContain('9223372036854775808');
  expect(await show(2)).toContain('-9223372036854775809');
  expect(await show(3)).toMatch(/\\ud800 alone|U\+D800/i);
  expect(await show(4)).toContain('1');
  const started = performance.now();
  const text = await show(5);
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(text).toContain('x'.repeat(1000));
  expect(text).not.toContain('x'.repeat(70_000));
  await open(`/records/logs/${streams.user}/0`);
  await page.getByText('<img src=x').first().waitFor();
});

test('a post that is sent by a client shows on every page without being loaded anew', async () => {
  const key = 800_100;
  const { streams } = pipeline.outputs;
  const paths = [
    '/',
    '/answers/posts_by_category_and_year?layer=speed&filter=trace-me',
    `/records/logs/${streams.pin}/0`,
    `/post/${key}`,
  ];
  const seen: Readonly<Record<string, RegExp>> = {
    '/': /Speed layer\s*1,?\d+|taken in/,
    '/answers/posts_by_category_and_year?layer=speed&filter=trace-me': /trace-me/,
    [`/records/logs/${streams.pin}/0`]: /800100/,
    [`/post/${key}`]: /Served from/,
  };
  const tabs = await Promise.all(
    paths.map(async (path) => {
      const { page: other } = await openTab(page.context(), new URL(path, pipeline.url).href);
      await settled(other);
      return { path, page: other };
    }),
  );
  const pin = {
    index: key,
    unique_id: '851d0322-6989-4626-b743-6851e27bbcfe',
    title: 'Mine',
    description: 'Mine',
    poster_name: 'me',
    follower_count: '1k',
    tag_list: 'a,b',
    is_image_or_video: 'image',
    image_src: 'https://images.example/a.jpg',
    downloaded: 1,
    save_location: 'Local save in /data/trace-me',
    category: 'trace-me',
  };
  const user = { ind: key, first_name: 'A', last_name: 'B', age: 30, date_joined: '2017-05-07T09:58:20Z' };
  await pipeline.send('speed', 'geo', String(key), place(key));
  await pipeline.send('speed', 'user', String(key), JSON.stringify(user));
  await pipeline.send('speed', 'pin', String(key), JSON.stringify(pin));
  for (const { path, page: other } of tabs) {
    await other.bringToFront();
    await other.locator('main', { hasText: seen[path]! }).waitFor();
  }
});
