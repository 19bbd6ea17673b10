import type { Browser, Page } from 'playwright-core';
import { launch, openTab, settled, visit } from './browser';
import { Pipeline } from './pipeline';

let browser: Browser;
let pipeline: Pipeline;

beforeAll(async () => {
  browser = await launch();
  pipeline = await Pipeline.start();
});

afterAll(async () => {
  await browser?.close();
  await pipeline?.stop();
});

const DESKTOP = { width: 1280, theme: 'light' } as const;
/** A box of the picture, by the beginning of what it says. */
const hop = (page: Page, words: string) => page.locator(`a[aria-label^="${words}"]`);
const place = (ind: number) =>
  `{"ind":${ind},"timestamp":"2022-01-31T12:00:00Z","latitude":59.9,"longitude":10.7,"country":"Norway"}`;

test('an empty pipeline says so, and what fills it', async () => {
  const context = await visit(browser, DESKTOP);
  const { page, problems } = await openTab(context, pipeline.url);
  await page.locator('.verdict', { hasText: 'Running, and empty. Send posts with npm run emulate.' }).waitFor();
  expect(problems).toEqual([]);
  await context.close();
});

test('a record that is sent shows in the log, the speed layer and the tail of its stream, without loading anew', async () => {
  const context = await visit(browser, DESKTOP);
  const { page: overview } = await openTab(context, pipeline.url);
  const { streams } = pipeline.outputs;
  const { page: tail } = await openTab(context, `${pipeline.url}records/logs/${streams.geo}/0`);
  await overview.locator('a.hop').first().waitFor();
  await settled(tail);
  // How long it takes is printed, not judged: machines are shared.
  const seconds: number[] = [];
  for (let sent = 1; sent <= 5; sent++) {
    const key = 900_000 + sent;
    // Tabs in the background listen to nothing: both are in front in turn.
    await overview.bringToFront();
    const started = performance.now();
    await pipeline.send('speed', 'geo', String(key), place(key));
    await hop(overview, `Kinesis streams ${sent} records`).waitFor();
    await hop(overview, `Speed layer ${sent} taken in`).waitFor();
    seconds.push((performance.now() - started) / 1000);
    await tail.bringToFront();
    await tail.getByText(String(key)).first().waitFor();
  }
  await context.close();
  process.stdout.write(`shown after ${seconds.map((each) => each.toFixed(2)).join(', ')} s\n`);
  expect(seconds).toHaveLength(5);
});

test('the first numbers are there each time the page is opened', async () => {
  const context = await visit(browser, DESKTOP);
  const seconds: number[] = [];
  for (let times = 0; times < 5; times++) {
    const page = await context.newPage();
    const started = performance.now();
    await page.goto(pipeline.url, { waitUntil: 'commit' });
    await hop(page, 'Kinesis streams').waitFor();
    seconds.push((performance.now() - started) / 1000);
    await page.close();
  }
  await context.close();
  process.stdout.write(`first numbers after ${seconds.map((each) => each.toFixed(2)).join(', ')} s\n`);
  expect(seconds).toHaveLength(5);
});

test('eight tabs follow by one connection', async () => {
  const context = await visit(browser, DESKTOP);
  const tabs = [];
  for (let tab = 0; tab < 8; tab++) tabs.push(await openTab(context, `${pipeline.url}answers`));
  for (const { page } of tabs) {
    await page.bringToFront();
    await settled(page);
    await page.getByText('What is the most popular category in each country?').waitFor();
  }
  // A ninth request gets through: a connection for each tab would use up the six that a browser has for a host.
  const { page } = tabs[7]!;
  expect(await page.evaluate(`fetch('/health').then((response) => response.status)`)).toBe(200);
  await context.close();
});

test('a runtime that is killed and started again: the page says so, keeps its numbers, and goes on by itself', async () => {
  const context = await visit(browser, DESKTOP);
  const { page } = await openTab(context, pipeline.url);
  const stream = hop(page, 'Kinesis streams 5 records');
  await stream.waitFor();
  await pipeline.kill();
  await page.getByText(/Old numbers, from .* ago\./).waitFor();
  await page.getByText('The pipeline does not answer. This page goes on by itself when it does.').waitFor();
  await page.locator('.verdict', { hasText: 'Not known now. Before: running' }).waitFor();
  await stream.waitFor();
  await pipeline.startAgain();
  await page.getByText(/Old numbers, from/).waitFor({ state: 'detached' });
  await pipeline.send('speed', 'geo', '900006', place(900_006));
  await hop(page, 'Kinesis streams 6 records').waitFor();
  await context.close();
});

test('a page opened while nobody answers says what to do, and goes on when somebody does', async () => {
  const context = await visit(browser, DESKTOP);
  const { page } = await openTab(context, `${pipeline.url}answers/top_category_by_year`);
  await settled(page);
  await pipeline.kill();
  await page.getByText(/Old numbers/).waitFor();
  await page.getByRole('link', { name: 'speed' }).click();
  const failure = page.getByText('The pipeline does not answer.', { exact: true });
  await failure.waitFor();
  await pipeline.startAgain();
  await failure.waitFor({ state: 'detached' });
  await page.getByText('The question in SQL').waitFor();
  await context.close();
});
