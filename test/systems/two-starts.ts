import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * `tsx test/systems/two-starts.ts [--fsync]`: runs `npm start -- --once` twice on one folder, as a person would. Both must end with every
 * answer right, and each must leave its logs closed in good order, so that the next start checks nothing.
 */
const ROOT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'two-starts-'));
const data = join(folder, 'a folder with blanks');
const options = [
  '--once',
  '--port',
  '0',
  '--data',
  data,
  '--outputs',
  join(folder, 'outputs'),
  ...process.argv.slice(2),
];

try {
  for (const turn of ['first', 'second']) {
    const began = Date.now();
    const { status } = spawnSync(
      process.execPath,
      ['--import', pathToFileURL(require.resolve('tsx')).href, join(ROOT, 'local', 'start.ts'), ...options],
      { cwd: ROOT, stdio: 'inherit' },
    );
    if (status !== 0) throw new Error(`the ${turn} start ended with ${status}`);
    for (const log of ['kafka', 'kinesis']) {
      if (existsSync(join(data, log, 'closed.json'))) continue;
      throw new Error(`the ${turn} start left its ${log} log open: the next start would check it whole`);
    }
    console.log(`the ${turn} start took ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
