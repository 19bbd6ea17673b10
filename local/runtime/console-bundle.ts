import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import type { ConsoleFiles } from '../serving/pages';
import { PROJECT_FOLDER } from './assembly';

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
  const hash = hashOfInputs();
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

function hashOfInputs(): string {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap((input) => filesUnder(join(PROJECT_FOLDER, input))))
    hash.update(relative(PROJECT_FOLDER, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .filter((entry) => entry !== 'node_modules' && !/\.test\.tsx?$/.test(entry))
    .flatMap((entry) => filesUnder(join(path, entry)));
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
