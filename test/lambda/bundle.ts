import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunction } from '../../lib/constructs/function-bundle';

/** A function bundled as the cloud's stacks bundle it, in a folder of its own where nothing else can be imported. */
export function bundle(source: string, files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), `${source}-`));
  bundleFunction(source, folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Calls the bundle's handler in a process of its own, as Lambda does; returns what it returned. */
export function invoke(folder: string, event: unknown, environment: Record<string, string>): Promise<unknown> {
  const program = `require(process.argv[1]).handler(JSON.parse(process.argv[2])).then(
    (value) => { console.log('\\u0000' + JSON.stringify(value)); }, (error) => { console.error(error.message); process.exit(1); })`;
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['-e', program, join(folder, 'index.js'), JSON.stringify(event)],
      {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          AWS_REGION: 'eu-west-1',
          AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'secret',
          ...environment,
        },
        timeout: 20_000,
      },
      (error, stdout, stderr) => {
        if (error) reject(new Error(stderr.trim()));
        else resolve(JSON.parse(stdout.slice(stdout.lastIndexOf('\u0000') + 1)));
      },
    );
  });
}
