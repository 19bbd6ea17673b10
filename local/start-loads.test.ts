import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'start-loads-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Packages that `npm start` has loaded when it begins its work: `--help` ends it there. */
function loadedAtFirst(): string[] {
  const hook = join(root, 'loaded.cjs');
  writeFileSync(hook, "process.on('exit', () => console.error(JSON.stringify(Object.keys(require.cache))));");
  const flags = ['--require', hook, '--require', require.resolve('tsx/cjs')];
  const { stderr } = spawnSync(process.execPath, [...flags, join(__dirname, 'start.ts'), '--help'], {
    encoding: 'utf8',
  });
  const files = JSON.parse(stderr.trim().split('\n').at(-1)!) as string[];
  const packages = files.map((file) => /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]);
  return [...new Set(packages)].filter((name) => name !== undefined).sort();
}

test('what replays, asks and judges is loaded while the runtime comes up, not before', () => {
  expect(loadedAtFirst()).toEqual(['commander', 'esbuild', 'tsx']);
});
