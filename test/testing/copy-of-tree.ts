import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** Files of a checkout, those included that are not committed yet. */
export function filesOfTree(root: string): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter(Boolean);
}

/**
 * A copy of the tree in a temporary folder, in which anything may be changed or made. Libraries are those of the tree itself, our own
 * packages are the copy's.
 *
 * @returns the folder, which whoever asked removes
 */
export function copyOfTree(root: string, files: readonly string[] = filesOfTree(root)): string {
  const folder = mkdtempSync(join(tmpdir(), 'copy-'));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    if (existsSync(join(root, file))) cpSync(join(root, file), join(folder, file));
  }
  const ours = join('node_modules', '@pipeline');
  mkdirSync(join(folder, ours), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@pipeline') symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  for (const name of readdirSync(join(root, ours)))
    symlinkSync(relative(join(folder, ours), join(folder, name)), join(folder, ours, name));
  return folder;
}
