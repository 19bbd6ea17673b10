import '@pipeline/cli/node-version';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, say } from '@pipeline/cli/command';
import { FolderInUseError, holdFolder } from './lock';
import { parseOptions } from './options';
import { DataFolder } from './runtime/data-folder';
import { LONG_ASK_MS, outputsIn, pipelineAt } from './runtime/running';

const DESCRIPTION =
  'Asks the pipeline that serves a data folder to stop, as Ctrl-C would, and waits until it has. No process is ever ended by its number.';

/** The runtime gets ten seconds to close its files, and its parent some more. */
const PATIENCE_MS = 20_000;

async function main(): Promise<number> {
  const options = parseOptions<{ data: string }>('stop', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  const folder = DataFolder.open(options.data);
  const holder = await holderOf(folder.path);
  if (holder === undefined) {
    say(`Nothing serves ${folder.path}, so there is nothing to stop.`);
    return 0;
  }
  const viewsUrl = outputsIn(folder.outputs)?.viewsUrl;
  const running = viewsUrl === undefined ? undefined : await pipelineAt(viewsUrl, LONG_ASK_MS);
  if (running?.health.dataFolder !== folder.id)
    throw new Error(
      `${holder.message.split(';')[0]}, which does not answer${viewsUrl ? ` at ${viewsUrl}` : ''}; it may be starting or ending: try again, or end it where it was started`,
    );
  const response = await fetch(new URL('stop', viewsUrl), { method: 'POST' });
  if (!response.ok) throw new Error(`POST ${viewsUrl}stop answered ${response.status}: ${await response.text()}`);
  const deadline = Date.now() + PATIENCE_MS;
  while ((await holderOf(folder.path)) !== undefined) {
    if (Date.now() > deadline)
      throw new Error(
        `${folder.path} is still in use ${PATIENCE_MS / 1000} s after its pipeline was asked to stop; see what it says where it was started`,
      );
    await sleep(100);
  }
  say(`Stopped the pipeline over ${folder.path}, which served ${viewsUrl}.`);
  return 0;
}

/** Who holds a folder: the lock is the system's, so nobody dead ever does. */
async function holderOf(path: string): Promise<FolderInUseError | undefined> {
  try {
    (await holdFolder(path)).release();
    return undefined;
  } catch (error) {
    if (error instanceof FolderInUseError) return error;
    throw error;
  }
}

runCommand(main);
