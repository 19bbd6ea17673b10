import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { LOCK_FILE, loadArtefacts } from '../config/artefacts';
import { digestOf } from './download-digest';
import { reportingErrors } from './report-errors';

new Command('npm run pin-artefacts --')
  .description(
    'Downloads each file of artefacts.lock.json that has no SHA-256 yet, and writes the one it has. Compare it with what the maker publishes before you commit it.',
  )
  .parse();

async function main(): Promise<number> {
  const open = Object.entries(loadArtefacts()).filter(([, { sha256 }]) => sha256 === null);
  for (const [name, { url }] of open) {
    console.error(`${name}: downloading ${url}`);
    const sha256 = await digestOf(url);
    // Read anew each time, so that a later failure loses none of the digests before it.
    const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
    lock[name].sha256 = sha256;
    writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`${name} ${sha256}`);
  }
  if (open.length === 0) console.error('every file is pinned already');
  return 0;
}

reportingErrors(main);
