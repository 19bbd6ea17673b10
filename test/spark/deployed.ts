import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { copyCommands, readWorkspaceContent } from '../../lib/constructs/workspace-content';

/** `tsx test/spark/deployed.ts <folder>`: puts into the folder what a deployment puts into a workspace, by the same commands. */
const [folder = ''] = process.argv.slice(2);
const commands = copyCommands(readWorkspaceContent().files, join(__dirname, '../..'), folder);
execFileSync('/bin/sh', ['-ec', commands.join('\n')], { stdio: 'inherit' });
