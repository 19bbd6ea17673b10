import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '@pipeline/cli/command';
import { UsageError } from '@pipeline/cli/option-values';
import { runProgram } from '../../toolchain/run-program';
import { outputOf } from './measured';

const ROOT = join(__dirname, '..', '..');

/** A commit in a folder of its own, with what it needs installed. */
export interface Checkout {
  readonly commit: string;
  readonly folder: string;
}

/**
 * A commit's checkout under `.cache/bench/`, made on first use (half a minute) and kept.
 *
 * @throws UsageError for a commit that this repository does not have; Error with the last lines of a git or npm that failed
 */
export async function checkedOut(revision: string, signal?: AbortSignal): Promise<Checkout> {
  const commit = await commitOf(revision);
  const folder = join(ROOT, '.cache', 'bench', commit.slice(0, 12));
  if (existsSync(folder)) return { commit, folder };
  say(`checking ${commit.slice(0, 12)} out into ${folder}, and installing what it needs (once, half a minute) …`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  await runProgram('git', ['clone', '-q', '--shared', '--no-checkout', ROOT, partial], signal);
  await runProgram('git', ['-C', partial, 'checkout', '-q', '--detach', commit], signal);
  await runProgram('npm', ['ci', '--prefix', partial, '--no-audit', '--no-fund'], signal);
  renameSync(partial, folder);
  return { commit, folder };
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
