import { join } from 'node:path';
import { buildSync } from 'esbuild';

const REPOSITORY = join(__dirname, '..', '..');

/**
 * Bundles one of our functions into `folder`, as `index.js`: the handler of `lambda/<source>/`, with everything it imports.
 *
 * By esbuild's own interface: CDK's construct for functions starts esbuild through npx, which takes longer than the bundling.
 */
export function bundleFunction(source: string, folder: string): void {
  buildSync({
    absWorkingDir: REPOSITORY,
    entryPoints: [`lambda/${source}/handler.ts`],
    outfile: join(folder, 'index.js'),
    // The SDK as well, which the runtime would have, too: so the tested code is the code that runs.
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
}
