import { copyFiles, REPOSITORY } from '../../lib/constructs/repository-code';
import { readWorkspaceContent } from '../../lib/constructs/workspace-content';

/** `tsx test/spark/deployed.ts <folder>`: puts into the folder what a deployment puts into a workspace. */
const [folder = ''] = process.argv.slice(2);
copyFiles(readWorkspaceContent().files, REPOSITORY, folder);
