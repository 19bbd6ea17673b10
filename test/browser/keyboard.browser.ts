import type { Browser, Page } from 'playwright-core';
import { launch, openTab, settled, visit } from './browser';
import { Pipeline } from './pipeline';

let browser: Browser;
let pipeline: Pipeline;

beforeAll(async () => {
  browser = await launch();
  pipeline = await Pipeline.start();
  await pipeline.replay({ seed: 7, posts: 200 });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await pipeline?.stop();
});

async function open(path: string): Promise<Page> {
  const context = await visit(browser, { width: 1280, theme: 'light' });
  const { page } = await openTab(context, new URL(path, pipeline.url).href);
  await settled(page);
  return page;
}

const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent.trim()');

test('every page is reached by its number, and its headline has the focus', async () => {
  const page = await open('/');
  const titles: string[] = [];
  for (const key of ['2', '3', '4', '5', '6', '7', '1']) {
    await page.keyboard.press(key);
    await page.locator('h1:focus').waitFor();
    titles.push(await focused(page));
  }
  expect(titles).toEqual([
    'Answers',
    'Records',
    'One post',
    'Quarantine',
    'API',
    'Dictionary',
    'Pinterest data pipeline',
  ]);
  await page.context().close();
});

test('arrows move in a list, Enter opens, Back comes back', async () => {
  const page = await open('/answers');
  await page.keyboard.press('Tab');
  await page.locator('[data-item]').first().focus();
  await page.keyboard.press('ArrowDown');
  expect(await focused(page)).toMatch(/^How many posts did each category have/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/answers/top_category_by_country');
  await page.goBack();
  await page.waitForURL('**/answers');
  expect(await page.textContent('h1')).toBe('Answers');
  await page.context().close();
});

test('/ goes to the search, and Enter in it follows the post', async () => {
  const page = await open('/');
  await page.keyboard.press('/');
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/post/7');
  await page.getByRole('heading', { name: 'Post 7' }).waitFor();
  await page.context().close();
});

test('? lists the keys, and Escape closes the list', async () => {
  const page = await open('/');
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'hidden' });
  await page.context().close();
});

test('the focus can be seen wherever Tab takes it', async () => {
  const page = await open('/answers/top_category_by_country');
  const unseen: string[] = [];
  for (let stop = 0; stop < 25; stop++) {
    await page.keyboard.press('Tab');
    const look: { name: string; outline: string } = await page.evaluate(
      `(() => { const { activeElement: e } = document; return { name: e.tagName + ' ' + e.textContent.slice(0, 20), outline: getComputedStyle(e).outlineStyle }; })()`,
    );
    if (look.outline === 'none' && !look.name.startsWith('BODY')) unseen.push(look.name);
  }
  expect(unseen).toEqual([]);
  await page.context().close();
});

test('a filter and an order are in the address, and the address brings them back', async () => {
  const page = await open('/answers/top_category_by_country?layer=speed');
  await page.keyboard.press('/');
  await page.keyboard.type('an');
  await page.waitForURL('**filter=an**');
  await page.getByRole('link', { name: 'category count' }).click();
  await page.waitForURL('**sort=category_count**');
  const rows = await page.locator('section.rows tbody tr').allTextContents();
  expect(rows.length).toBeGreaterThan(3);
  await page.reload();
  await settled(page);
  await page.locator('section.rows tbody tr').first().waitFor();
  expect(await page.locator('section.rows tbody tr').allTextContents()).toEqual(rows);
  await page.context().close();
});
