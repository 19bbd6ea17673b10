import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesOf } from '@pipeline/datasets/names';
import { Command } from 'commander';
import { loadEnvironment } from '../config/load';
import { readRepository } from '../config/repository';
import { runCdk } from './cdk';
import { type CiRoles, githubCommands } from './ci-roles';
import { reportingErrors } from './report-errors';

interface Options {
  readonly env: string;
  readonly repository: string;
  readonly ownerId?: string;
  readonly repositoryId?: string;
  readonly existingProvider: boolean;
  readonly synth: boolean;
}

const program = new Command('npm run setup-ci --')
  .description(
    'Lets the workflows of one GitHub repository deploy an environment and show diffs of it: two roles that trust GitHub, and no key anywhere.\n' +
      'Run it once for each environment, with credentials that may create roles. Afterwards it prints what to tell GitHub.\n' +
      'Options that are not listed go on to the CDK CLI.',
  )
  .requiredOption('--env <name>', 'environment: the name of a file in config/')
  .requiredOption('--repository <owner/name>', 'GitHub repository whose workflows may take the roles')
  .option(
    '--owner-id <n>',
    "GitHub's number of the owner; repositories made or moved after 2026-07-15 need both numbers",
  )
  .option('--repository-id <n>', "GitHub's number of the repository")
  .option('--existing-provider', "use the account's identity provider of GitHub, of which it takes one", false)
  .option('--synth', 'write the template and check it, and deploy nothing', false)
  .allowUnknownOption()
  .allowExcessArguments()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
program.parse(process.argv.slice(2), { from: 'user' });

async function main(): Promise<number> {
  const options = program.opts<Options>();
  const { name, userId } = loadEnvironment(options.env);
  const repository = readRepository(options);
  const context = [
    ...['-c', `repository=${repository.owner}/${repository.name}`],
    ...(repository.ids ? ['-c', `owner-id=${repository.ids.owner}`] : []),
    ...(repository.ids ? ['-c', `repository-id=${repository.ids.repository}`] : []),
    ...(options.existingProvider ? ['-c', 'provider=existing'] : []),
    ...['--app', 'npx tsx bin/ci.ts'],
  ];
  if (options.synth) return runCdk('synth', options.env, [...context, ...program.args]);

  const folder = mkdtempSync(join(tmpdir(), 'setup-ci-'));
  const file = join(folder, 'outputs.json');
  try {
    const code = await runCdk('deploy', options.env, [...context, '--outputs-file', file, ...program.args]);
    if (code !== 0) return code;
    const outputs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, CiRoles>;
    const roles = outputs[`${namesOf(userId).stackPrefix}Ci`]!;
    console.error('\nNow tell GitHub (with its CLI, or by hand under Settings, Environments and Variables):\n');
    for (const line of githubCommands(name, repository, roles)) console.log(line);
    console.error(
      `\nUnder Settings, Environments, ${name}: add required reviewers where a person should approve each deployment.`,
    );
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

reportingErrors(main);
