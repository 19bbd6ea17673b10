import { gzipSync } from 'node:zlib';
import { consoleFiles } from './console-bundle';

test('the console is one page that loads two scripts, a style and an icon, each named for its content', async () => {
  const { page, files } = await consoleFiles();
  const names = [...files.keys()].map((path) => path.replace(/-[0-9a-f]{16}/, '-HASH'));
  expect(names.sort()).toEqual([
    '/console/icon-HASH.svg',
    '/console/main-HASH.css',
    '/console/main-HASH.js',
    '/console/worker-HASH.js',
  ]);
  for (const path of files.keys()) expect(page).toContain(`"${path}"`);
  expect(page).not.toContain('{');
});

test('script and style are within 100 kB, gzipped', async () => {
  const { files } = await consoleFiles();
  const size = [...files.values()].reduce((sum, { body }) => sum + gzipSync(body).length, 0);
  expect(size).toBeGreaterThan(10_000);
  expect(size).toBeLessThanOrEqual(100_000);
});

test('the script makes no style element and evaluates no text, which the policy would refuse', async () => {
  const { files } = await consoleFiles();
  const script = [...files].find(([path]) => /main-.*\.js$/.test(path))![1].body.toString('utf8');
  expect(script).not.toMatch(/createElement\(["']style["']\)|\bnew Function\(|\beval\(/);
});
