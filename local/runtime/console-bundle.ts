import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { ConsoleFiles } from '../serving/pages';
import { PROJECT_FOLDER } from './assembly';
import { inputHash } from './input-hash';

/** Everything that can change the bundle. */
const INPUTS = ['console', 'local/serving/contract', 'datasets/schema', 'package-lock.json'];
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * Bundles the console, anew only when what goes into it has changed.
 *
 * @throws Error with the file, line and reason where its source cannot be bundled
 */
export async function consoleFiles(): Promise<ConsoleFiles> {
  const kept = join(PROJECT_FOLDER, '.cache', 'console');
  const hash = inputHash(PROJECT_FOLDER, INPUTS);
  const folder = join(kept, hash);
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    try {
      await bundleInto(fresh);
      dropOlder(kept);
      renameSync(fresh, folder);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      // Another start may have put the same bundle there meanwhile.
      if (!existsSync(folder)) throw error;
    }
  }
  return filesIn(folder, hash);
}

async function bundleInto(folder: string): Promise<void> {
  const source = join(PROJECT_FOLDER, 'console');
  await build({
    entryPoints: [join(source, 'main.tsx'), join(source, 'worker.ts')],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    legalComments: 'none',
    logLevel: 'silent',
  });
  for (const file of ['index.html', 'icon.svg']) writeFileSync(join(folder, file), readFileSync(join(source, file)));
}

function filesIn(folder: string, hash: string): ConsoleFiles {
  const files = new Map<string, { type: string; body: Buffer }>();
  const add = (file: string): string => {
    const [name, ending] = file.split('.') as [string, string];
    const path = `/console/${name}-${hash}.${ending}`;
    files.set(path, { type: TYPES[ending]!, body: readFileSync(join(folder, file)) });
    return path;
  };
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
    .replace('{script}', add('main.js'))
    .replace('{style}', add('main.css'))
    .replace('{worker}', add('worker.js'))
    .replace('{icon}', add('icon.svg'));
  return { page, files };
}

function dropOlder(kept: string): void {
  for (const entry of readdirSync(kept)) {
    if (/^[0-9a-f]{16}$/.test(entry)) rmSync(join(kept, entry), { recursive: true, force: true });
  }
}

/** Bundled while the rest starts. A source that cannot be bundled is the answer of the pages, and tried again for each. */
export function bundledConsole(): () => Promise<ConsoleFiles> {
  let bundled = consoleFiles();
  bundled.catch(() => {});
  return () => {
    const files = bundled;
    files.catch(() => {
      bundled = consoleFiles();
      bundled.catch(() => {});
    });
    return files;
  };
}
