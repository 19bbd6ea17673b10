import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentNames, noEnvironment } from '@pipeline/cli/environments';
import { UsageError } from '@pipeline/cli/option-values';
import { renameOverSync } from '@pipeline/cli/rename-over';
import { inputHash } from './input-hash';

/** The repository's folder: two above this file. */
export const PROJECT_FOLDER = dirname(dirname(__dirname));

/** A CloudFormation template as the CDK app synthesized it. */
export interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Properties?: Record<string, unknown> }>>;
  readonly [section: string]: unknown;
}

/** The CDK app could not be synthesized; the message is the app's own first error. */
export class SynthesisError extends Error {
  override name = 'SynthesisError';
}

/** Everything that can change a synthesized template. */
const INPUTS = [
  'bin',
  'config',
  'lib',
  'datasets/names',
  'datasets/schema',
  'artefacts.lock.json',
  'cdk.json',
  'package-lock.json',
];

/**
 * The templates of one environment by stack name, synthesized anew only when what goes into them has changed.
 *
 * @param onSynthesis called when a synthesis starts, which takes some seconds.
 * @param signal ends it
 * @throws UsageError when there is no such environment; SynthesisError with the app's own error; the signal's reason
 */
export async function synthesizedTemplates(
  env: string,
  onSynthesis: () => void = () => {},
  signal?: AbortSignal,
): Promise<Record<string, Template>> {
  const known = environmentNames();
  if (!known.includes(env)) throw new UsageError(noEnvironment(env, known));
  const kept = join(PROJECT_FOLDER, '.cache', 'templates');
  const folder = join(kept, `${env}-${inputHash(PROJECT_FOLDER, INPUTS)}`);
  if (!existsSync(folder)) {
    onSynthesis();
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    // Where this process ends at once, half of a synthesis is not left behind.
    const removeFresh = () => rmSync(fresh, { recursive: true, force: true });
    process.once('exit', removeFresh);
    try {
      await synthesize(env, fresh, signal);
      dropOlder(kept, env);
      renameOverSync(fresh, folder);
    } catch (error) {
      removeFresh();
      signal?.throwIfAborted();
      // Another start may have put the same templates there meanwhile.
      if (!existsSync(folder)) throw error;
    } finally {
      process.removeListener('exit', removeFresh);
    }
  }
  const templates: Record<string, Template> = {};
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.template.json')) continue;
    templates[file.slice(0, -'.template.json'.length)] = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  }
  return templates;
}

function synthesize(env: string, folder: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { context } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'cdk.json'), 'utf8')) as { context: object };
  const app = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), join('bin', 'laptop.ts')], {
    cwd: PROJECT_FOLDER,
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...context, env }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const end = () => void app.kill('SIGKILL');
  process.once('exit', end);
  signal?.addEventListener('abort', end, { once: true });
  let stderr = '';
  app.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    app.once('error', reject);
    app.once('close', (code) => {
      process.removeListener('exit', end);
      signal?.removeEventListener('abort', end);
      if (code === 0) resolve();
      else reject(failureOf(code, stderr));
    });
  });
}

/** What the CDK app said before it ended. 2 stands for a fault in the environment's file, which is told whole, with its lines. */
export function failureOf(code: number | null, stderr: string): UsageError | SynthesisError {
  if (code === 2) return new UsageError(stderr.trim());
  const line = stderr.split('\n').find((text) => /^\w*Error: /.test(text)) ?? stderr.trim().split('\n').at(-1);
  return new SynthesisError((line || `the CDK app ended with ${code}`).replace(/^\w*Error: /, ''));
}

function dropOlder(kept: string, env: string): void {
  for (const entry of readdirSync(kept)) {
    if (new RegExp(`^${env}-[0-9a-f]{16}$`).test(entry)) rmSync(join(kept, entry), { recursive: true, force: true });
  }
}
