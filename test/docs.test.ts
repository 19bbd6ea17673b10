import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { conformancePage } from '../ops/conformance-page';
import { endpointsTable } from '../ops/endpoints-table';
import { mistakesTable } from '../ops/mistakes-table';
import { rulesPage } from '../ops/rules-page';

const ROOT = join(__dirname, '..');

/** Every page that people read: Markdown anywhere, but not in what is generated or installed. */
function pagesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (['node_modules', '.cache', '.git', '.pipeline', 'cdk.out', '.pytest_cache'].includes(entry)) return [];
    if (statSync(path).isDirectory()) return pagesUnder(path);
    return entry.endsWith('.md') ? [path] : [];
  });
}

const PAGES = pagesUnder(ROOT);

/** The text that is rendered: code is no link. */
function prose(page: string): string {
  return readFileSync(page, 'utf8')
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/`[^`\n]*`/g, '');
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(page, 'utf8')
    .replace(/^```[\s\S]*?^```$/gm, '')
    .matchAll(/^#{1,6} (.*)$/gm);
  return [...headings].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );
}

interface Link {
  readonly from: string;
  readonly to: string;
}

const LINKS: readonly Link[] = PAGES.flatMap((page) =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to]) => to!)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => ({ from: page, to })),
);

test('every link between the pages leads somewhere, to the heading it names', () => {
  expect(LINKS.length).toBeGreaterThan(40);
  const broken = LINKS.filter(({ from, to }) => {
    const [file, anchor] = to.split('#') as [string, string?];
    const target = file === '' ? from : join(dirname(from), file);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken.map(({ from, to }) => `${relative(ROOT, from)}: ${to}`)).toEqual([]);
});

test('every page in docs/ is reached from the README', () => {
  const reached = new Set<string>();
  const follow = (page: string): void => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const { from, to } of LINKS) {
      const target = join(dirname(from), to.split('#')[0]!);
      if (from === page && target.endsWith('.md') && existsSync(target)) follow(target);
    }
  };
  follow(join(ROOT, 'README.md'));
  const pages = PAGES.filter((page) => relative(ROOT, page).startsWith('docs/'));
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.filter((page) => !reached.has(page)).map((page) => relative(ROOT, page))).toEqual([]);
});

test('every decision is in the list, in order, and no longer than a page of ten lines', () => {
  const folder = join(ROOT, 'docs/decisions');
  const decisions = readdirSync(folder).filter((file) => file !== 'README.md');
  const listed = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\d+\. \[(.*)\]\((.*)\)$/gm)];
  expect(listed.map(([, , file]) => file)).toEqual(decisions.sort());
  for (const [index, [, title, file]] of listed.entries()) {
    const lines = readFileSync(join(folder, file!), 'utf8').trim().split('\n');
    expect([file, lines[0]]).toEqual([file, `# ${index + 1}. ${title}`]);
    expect([file, lines.length <= 12]).toEqual([file, true]);
  }
});

test.each([
  ['docs/rules.md', rulesPage],
  ['docs/conformance.md', conformancePage],
])('%s says what its list says now; npm run readme writes it', (page, written) => {
  expect(readFileSync(join(ROOT, page), 'utf8')).toBe(written());
});

test('the table of endpoints is the one that the server makes its routes of', () => {
  expect(readFileSync(join(ROOT, 'docs/console.md'), 'utf8')).toContain(
    `<!-- endpoints -->\n${endpointsTable()}\n<!-- /endpoints -->`,
  );
});

test('docs/doctor.md lists every mistake that the doctor knows; npm run readme writes it', () => {
  expect(readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8')).toContain(mistakesTable());
});

/** Folders that a newcomer opens first. */
const FOLDERS = readdirSync(ROOT).filter(
  (name) => statSync(join(ROOT, name)).isDirectory() && !/^(\.|node_modules|cdk\.out|bin$|outputs|docs$)/.test(name),
);

test.each(FOLDERS)('%s says in at most 30 lines what lives there', (folder) => {
  const page = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  expect(page).toMatch(/^# /);
});

test.each(['config', 'contract', 'datasets', 'emulator', 'lambda', 'lib', 'local', 'stand-ins', 'test'])(
  'the page of %s names every folder in it',
  (folder) => {
    const page = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
    const tracked = execFileSync('git', ['ls-files', folder], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    const inside = new Set(tracked.flatMap((file) => file.split('/').slice(1, -1).slice(0, 1)));
    expect(
      [...inside].filter((name) => name !== 'testing' && !page.includes(`${name}/`) && !page.includes(`\`${name}\``)),
    ).toEqual([]);
  },
);

/** A file or folder that a page names in backticks: it ends in a slash or as our files do. What a run makes is none. */
function filesNamed(page: string): string[] {
  const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/`(\w[\w./-]*(?:\/|\.(?:ts|tsx|sql|vtl|py|sh)))`/g)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'checkpoints/');
}

test.each([...FOLDERS.map((folder) => join(folder, 'README.md')), 'docs/way-of-a-post.md'])(
  'the files that %s names are there',
  (page) => {
    const folder = dirname(join(ROOT, page));
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    const missing = filesNamed(join(ROOT, page)).filter(
      (name) =>
        !existsSync(join(folder, name)) &&
        !existsSync(join(ROOT, name)) &&
        !tracked.some((file) => file.endsWith(`/${name}`) || file.includes(`/${name}`)),
    );
    expect(missing).toEqual([]);
  },
);

test('every npm script that a page names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const missing = PAGES.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/npm run (?:-s )?([a-z][a-z-]*)/g)]
      .map(([, name]) => name!)
      .filter((name) => !(name in scripts))
      .map((name) => `${relative(ROOT, page)}: npm run ${name}`),
  );
  expect(missing).toEqual([]);
});
