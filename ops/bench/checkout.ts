import { execFile } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { say } from '@pipeline/cli/command';
import { UsageError } from '@pipeline/cli/option-values';

const ROOT = join(__dirname, '..', '..');

/** A commit in a folder of its own, with what it needs installed. */
export interface Checkout {
  readonly commit: string;
  readonly folder: string;
}

/**
 * A commit's checkout under `.cache/bench/`, made on first use (half a minute) and kept.
 *
 * @throws UsageError for a commit that this repository does not have; Error with what a git or npm that failed has printed
 */
export async function checkedOut(revision: string): Promise<Checkout> {
  const commit = await commitOf(revision);
  const folder = join(ROOT, '.cache', 'bench', commit.slice(0, 12));
  if (existsSync(folder)) return { commit, folder };
  say(`checking ${commit.slice(0, 12)} out into ${folder}, and installing what it needs (once, half a minute) …`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  await outputOf('git', ['clone', '-q', '--shared', '--no-checkout', ROOT, partial]);
  await outputOf('git', ['-C', partial, 'checkout', '-q', '--detach', commit]);
  await outputOf('npm', ['ci', '--no-audit', '--no-fund'], { cwd: partial, env: withoutNpm(process.env) });
  renameSync(partial, folder);
  return { commit, folder };
}

/** Without what an npm that runs us has set: it would tell the new npm of our folder and settings, not of the checkout's. */
function withoutNpm(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !/^npm_/i.test(name)));
}

async function commitOf(revision: string): Promise<string> {
  try {
    return (await outputOf('git', ['-C', ROOT, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`])).trim();
  } catch {
    throw new UsageError(
      `--against must be a commit of this repository, got '${revision}'; a clone without history gets it by git fetch --unshallow`,
    );
  }
}

/** Takes back what a measurement changed in a checkout's tracked files. */
export async function restored({ folder }: Checkout): Promise<void> {
  await outputOf('git', ['-C', folder, 'checkout', '-q', '--', '.']);
}

/** Paths of tracked files that differ from the last commit, which is what is measured. */
export async function uncommitted(): Promise<readonly string[]> {
  const lines = await outputOf('git', ['-C', ROOT, 'status', '--porcelain', '--untracked-files=no']);
  return lines.split('\n').filter(Boolean);
}

/** What a program prints. @throws Error with what it printed as errors when it fails */
async function outputOf(
  command: string,
  args: readonly string[],
  where: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return (await promisify(execFile)(command, [...args], { ...where, maxBuffer: 2 ** 26 })).stdout;
}
