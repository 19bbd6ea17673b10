import { existsSync, readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or another one that `CHROMIUM` names. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const PATIENCE_MS = 90_000;

/** What a visitor has: a window, a theme. */
export interface Visitor {
  readonly width: number;
  readonly theme: 'light' | 'dark';
}

/** One tab, with everything that went wrong in it. */
export interface Tab {
  readonly page: Page;
  /** Errors on the console, errors that nobody caught, and violations of the page's policy. */
  readonly problems: string[];
}

/** As root Chromium only starts without its sandbox; what it opens here is ours. */
export function launch(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) throw new Error(`no Chromium at ${EXECUTABLE}; install Debian's, or set CHROMIUM`);
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath: EXECUTABLE, args: isRoot ? ['--no-sandbox'] : [] });
}

export async function visit(browser: Browser, { width, theme }: Visitor): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height: width < 640 ? 844 : 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // What is waited for is waited for long: a machine with much else to do is slow, and no test measures by this.
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

export async function openTab(context: BrowserContext, url: string): Promise<Tab> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`,
  );
  await page.goto(url);
  return { page, problems };
}

/** Waits until no part of the page says any more that it reads. Asks from outside: the page's policy forbids what would poll inside. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor();
  const busy = page.locator('[aria-busy=true]');
  // Something that has come may ask for something else.
  for (let times = 0; times < 2; times++) {
    while ((await busy.count()) > 0) await busy.first().waitFor({ state: 'detached' });
    await page.waitForTimeout(50);
  }
}

/** Px that the page is wider than its window. */
export const sideways = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** What axe-core has against the page as it is: rule and place. */
export async function violations(page: Page): Promise<string[]> {
  // A script of the page's own may be injected past its policy, since the debugger does it.
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' at ' + target.join(' ') + ': ' + failureSummary)))`,
  );
}
