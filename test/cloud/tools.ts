import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The repository's folder. */
export const ROOT = join(__dirname, '..', '..');

/** Full path of a program on PATH, or undefined. */
export function findTool(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * Synthesizes an environment without rules or bundling; returns the folder of its templates.
 *
 * @param program the app, one of bin/
 * @param more what the app wants to know beside the environment's name
 */
export function synthesize(env: string, program = 'bin/pipeline.ts', more: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), `templates-${env}-`));
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...more, env, 'aws:cdk:bundling-stacks': [] }),
    },
  });
  if (status !== 0) throw new Error(`${program} for ${env} ended with ${status}: ${stderr.slice(-2000)}`);
  return folder;
}

/** Ends a judge as all judges end: each failure, then a line of totals; exit 1 if anything failed. */
export function conclude(title: string, passed: number, failures: readonly string[]): void {
  for (const failure of failures) console.error(failure);
  console.log(`${title}: ${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
}
