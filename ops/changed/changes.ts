import { execFileSync } from 'node:child_process';

/**
 * Files that differ from where this branch left `main`, with what is not committed yet; on `main` itself from the last commit where nothing
 * is uncommitted. Paths from the root, with `/`; what was deleted counts, too.
 *
 * @throws Error when this is no git checkout
 */
export function changedFiles(root: string): readonly string[] {
  const git = (...argv: string[]) =>
    execFileSync('git', argv, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const lines = (text: string) => text.split('\n').filter(Boolean);
  const uncommitted = lines(git('status', '--porcelain', '--untracked-files=all')).map((line) =>
    line.trim().replace(/^\S+ +(?:.* -> )?/, ''),
  );
  const base = mainOf(git);
  const since = base === git('rev-parse', 'HEAD') ? (uncommitted.length > 0 ? 'HEAD' : 'HEAD~1') : base;
  return [...new Set([...lines(git('diff', '--name-only', '--no-renames', since)), ...uncommitted])].sort();
}

/** The commit at which the branch left main: the remote's where there is one. */
function mainOf(git: (...argv: string[]) => string): string {
  for (const main of ['origin/main', 'main']) {
    try {
      return git('merge-base', 'HEAD', main);
    } catch {
      // No such branch here.
    }
  }
  return git('rev-parse', 'HEAD');
}
