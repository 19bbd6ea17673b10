import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type ConsoleServer, serveConsole } from '../../ops/console/server';
import { launch, openTab, settled, sideways, type Tab, type Visitor, violations, visit } from './browser';
import { Pipeline } from './pipeline';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-tests' };
/** What a list shows of one record. */
const SHOWN_CHARACTERS = 200;
const DESKTOP: Visitor = { width: 1280, theme: 'light' };
const before = { ...process.env };
let browser: Browser;
let pipeline: Pipeline;
let server: ConsoleServer;
const stop = new AbortController();

/** The laptop in the role of a deployed environment: an API that asks for signatures, streams, a lake, and nothing beside them. */
beforeAll(async () => {
  Object.assign(process.env, KEYS);
  browser = await launch();
  pipeline = await Pipeline.start({ auth: 'iam' });
  await pipeline.replay({ seed: 100, posts: 200, hardMode: true });
  const { viewsUrl: _, ...outputs } = pipeline.outputs;
  server = await serveConsole({
    outputs: { ...outputs, env: 'dev' },
    port: 0,
    files: 20,
    waitSeconds: 30,
    say: () => {},
    signal: stop.signal,
  });
}, 180_000);

afterAll(async () => {
  stop.abort();
  await browser?.close();
  await server?.close();
  await pipeline?.stop();
  process.env = before;
});

async function open(path: string, visitor = DESKTOP): Promise<Tab> {
  const tab = await openTab(await visit(browser, visitor), new URL(path, server.url).href);
  await settled(tab.page);
  return tab;
}

const pageNames = (page: Page) => page.locator('nav[aria-label=Pages] a').allTextContents();

test('pages whose endpoints the environment lacks are not there, and one that is asked for says what cannot be seen', async () => {
  const { page } = await open('/');
  expect(await pageNames(page)).toEqual(['Overview', 'Answers', 'Records', 'One post', 'Dictionary']);
  await page.getByText('This is dev, seen from outside.').waitFor();
  await page.goto(`${server.url}quarantine`);
  await page.getByRole('heading', { name: 'No Quarantine for dev' }).waitFor();
  await page.getByText('brokers answer inside of their network alone').waitFor();
  await page.context().close();
});

test('the overview counts what the topics hold and what the answers rest on', async () => {
  const { page } = await open('/');
  const rows = await page.locator('section[aria-label="Records of each layer"] tbody tr').allTextContents();
  const counts = await pipeline.get<Record<string, Record<string, { clean: number }>>>('counts');
  expect(rows).toHaveLength(6);
  expect(rows[0]).toMatch(/^batchpin/);
  expect(counts.batch!.pin!.clean).toBeGreaterThan(100);
  expect(rows[0]).toContain(String(counts.batch!.pin!.clean));
  expect(await page.getByText(/records so far/).count()).toBe(3);
  await page.context().close();
});

test('an answer is the API’s own, with its age, its SQL and its CSV', async () => {
  const { page } = await open('/answers/top_category_by_year?layer=batch');
  const { rows } = await pipeline.get<{ rows: unknown[] }>('views/top_category_by_year?layer=batch');
  expect(rows.length).toBeGreaterThan(3);
  await page.getByRole('heading', { name: `${rows.length} rows` }).waitFor();
  await page.getByText(/Rests on .* pin, .* geo and .* user records\. As of/).waitFor();
  await page.getByText('The question in SQL').waitFor();
  const csv = await fetch(new URL('views/top_category_by_year?layer=batch&format=csv', server.url));
  expect((await csv.text()).trim().split('\n')).toHaveLength(rows.length + 1);
  await page.goto(`${server.url}answers/top_category_by_year?layer=all`);
  await page.getByText(/All three layers give the same|differ between the layers/).waitFor();
  await page.goto(`${server.url}answers/nope`);
  await page.getByText("no view 'nope'").waitFor();
  await page.context().close();
});

test('a post is found in streams and lake, and leads nowhere that cannot be read', async () => {
  const { page } = await open('/post/7');
  await page.getByText('What cleaning made of it cannot be seen from here.').first().waitFor();
  const main = (await page.textContent('main'))!;
  expect(main).toMatch(/topic \S+\.pin, partition \d, offset \d+/);
  expect(main).toMatch(/line \d+ of \S+\.json/);
  expect(main).toMatch(/sequence number \d{56}/);
  expect(await page.locator('main article a').count()).toBe(0);
  expect(await page.getByText('Answer every question without this post').count()).toBe(0);
  await page.context().close();
});

test('a file of the lake shows its lines', async () => {
  const { page } = await open('/records/files');
  await page.locator('th.file a').first().click();
  await page.locator('ol.lines li').first().waitFor();
  const file = (await page.locator('p.file-name').textContent())!;
  const shown = await page.locator('ol.lines li section').allTextContents();
  const held = readFileSync(join(pipeline.folder, 'data/s3/topics', file), 'utf8')
    .trim()
    .split('\n')
    .slice(0, 20);
  expect(shown).toHaveLength(held.length);
  // Characters that nobody would see are shown as names: those lines are held by the tests of visible.ts.
  const plain = held.flatMap((line, at) => (/^[ -~]+$/.test(line) ? [at] : []));
  expect(plain).not.toHaveLength(0);
  for (const at of plain) expect(shown[at]).toBe(held[at]!.slice(0, SHOWN_CHARACTERS));
  await page.context().close();
});

test('nothing that writes is offered, and no file outside of the lake is read', async () => {
  const about = (await (await fetch(new URL('about', server.url))).json()) as { endpoints: string[]; live: boolean };
  expect(about).toMatchObject({
    live: false,
    endpoints: [
      'about',
      'environment',
      'views',
      'view',
      'viewAbout',
      'logs',
      'files',
      'fileLines',
      'trace',
      'dictionary',
    ],
  });
  for (const path of ['flush', 'rebuild', 'files/close', 'quarantine/replay'])
    expect((await fetch(new URL(path, server.url), { method: 'POST' })).status).toBe(404);
  for (const file of ['../../outputs/dev.json', `${pipeline.outputs.topics.pin}/partition=0/../x`, 'x/partition=0/y'])
    expect((await fetch(new URL(`files/lines?file=${encodeURIComponent(file)}`, server.url))).status).toBe(404);
});

test('a signature that the API refuses is said, and the page goes on when it can', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'another';
  const { viewsUrl: _, ...outputs } = pipeline.outputs;
  const other = await serveConsole({
    outputs: { ...outputs, env: 'dev' },
    port: 0,
    files: 0,
    waitSeconds: 1,
    say: () => {},
    signal: stop.signal,
  });
  try {
    const response = await fetch(new URL('views', other.url));
    expect(response.status).toBe(502);
    expect(((await response.json()) as { message: string }).message).toMatch(
      /^GET http:\S+views answered 403: .*; the credentials may not ask it, or have run out$/,
    );
  } finally {
    await other.close();
    Object.assign(process.env, KEYS);
  }
});

test.each([DESKTOP, { width: 390, theme: 'dark' }] as const)(
  'its pages are whole at $width px',
  async (visitor) => {
    const found: string[] = [];
    const paths = [
      '/',
      '/answers',
      '/answers/top_category_by_year',
      '/records',
      '/records/files',
      '/post/7',
      '/dictionary',
      '/api',
    ];
    for (const path of paths) {
      const { page, problems } = await open(path, visitor);
      const wider = await sideways(page);
      if (wider > 0) found.push(`${path}: ${wider} px too wide`);
      found.push(...[...(await violations(page)), ...problems].map((problem) => `${path}: ${problem}`));
      await page.context().close();
    }
    expect(found).toEqual([]);
  },
  120_000,
);
