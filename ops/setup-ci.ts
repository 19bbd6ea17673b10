import '@pipeline/cli/node-version';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, say } from '@pipeline/cli/command';
import { type CommandLine, ENVIRONMENT, parseCommandLine } from '@pipeline/cli/options';
import { namesOf } from '@pipeline/datasets/names';
import { loadEnvironment } from '../config/load';
import { readRepository } from '../config/repository';
import { PASSED_ON, runCdk } from './cdk';
import { type CiRoles, githubCommands } from './ci-roles';
import { refuseWithoutCredentials } from './credentials';

interface Options {
  readonly env: string;
  readonly repository: string;
  readonly ownerId?: string;
  readonly repositoryId?: string;
  readonly existingProvider: boolean;
  readonly synth: boolean;
}

const LINE: CommandLine = {
  name: 'npm run setup-ci --',
  description:
    'Lets the workflows of one GitHub repository prepare and deploy an environment and show diffs of it: three roles that trust GitHub, and no key anywhere.\n' +
    'Run it once for each environment, with credentials that may create roles. Afterwards it prints what to tell GitHub.',
  options: [
    ENVIRONMENT,
    {
      flag: '--repository <owner/name>',
      help: 'GitHub repository whose workflows may take the roles',
      required: true,
    },
    {
      flag: '--owner-id <n>',
      help: "GitHub's number of the owner; repositories made or moved after 2026-07-15 need both numbers",
    },
    { flag: '--repository-id <n>', help: "GitHub's number of the repository" },
    {
      flag: '--existing-provider',
      help: "use the account's identity provider of GitHub, of which it takes one",
      default: false,
    },
    { flag: '--synth', help: 'write the template and check it, and deploy nothing', default: false },
  ],
  words: PASSED_ON,
};

async function main(): Promise<number> {
  const parsed = parseCommandLine<Options>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  const { options, words } = parsed;
  const { name, region, userId } = loadEnvironment(options.env);
  const repository = readRepository(options);
  const context = [
    ...['-c', `repository=${repository.owner}/${repository.name}`],
    ...(repository.ids ? ['-c', `owner-id=${repository.ids.owner}`] : []),
    ...(repository.ids ? ['-c', `repository-id=${repository.ids.repository}`] : []),
    ...(options.existingProvider ? ['-c', 'provider=existing'] : []),
    ...['--app', 'node --require tsx/cjs bin/ci.ts'],
  ];
  if (options.synth) return runCdk('synth', options.env, [...context, ...words]);
  await refuseWithoutCredentials(region);

  const folder = mkdtempSync(join(tmpdir(), 'setup-ci-'));
  const file = join(folder, 'outputs.json');
  try {
    const code = await runCdk('deploy', options.env, [...context, '--outputs-file', file, ...words]);
    if (code !== 0) return code;
    const outputs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, CiRoles>;
    const roles = outputs[`${namesOf(userId).stackPrefix}Ci`]!;
    say('\nNow tell GitHub (with its CLI, or by hand under Settings, Environments and Variables):\n');
    for (const line of githubCommands(name, repository, roles)) console.log(line);
    say(
      `\nUnder Settings, Environments, ${name}: add required reviewers where a person should approve what was prepared. ${name}-plan needs none: it changes nothing.`,
    );
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

runCommand(main);
