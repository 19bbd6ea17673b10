import '@pipeline/cli/node-version';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '@pipeline/cli/command';
import { type CommandLine, ENVIRONMENT, OUTPUTS_FOLDER, parseOptions } from '@pipeline/cli/options';
import { outputsPath, readOutputs } from '@pipeline/cli/outputs';
import { loadEnvironment } from '../config/load';
import { refuseWithoutCredentials } from './credentials';
import { awsClients } from './preflight/aws-clients';
import { Api } from './smoke/api';
import { gather, verdict } from './verify-live/evidence';
import { PROBES } from './verify-live/probes';

const LINE: CommandLine = {
  name: 'npm run verify-live --',
  description:
    'Looks, in a deployed environment, at every claim of docs/stacks.md that only a live account can show: which hold, which do not, and which could not be tried. Only reads. Writes a file without names, accounts or secrets that can be sent back. Ends with 1 when a claim does not hold.',
  options: [
    ENVIRONMENT,
    OUTPUTS_FOLDER,
    { flag: '--evidence <file>', help: 'file to write', default: join('.evidence', 'live.json') },
  ],
};

async function main(): Promise<number> {
  const options = parseOptions<{ env: string; outputs: string; evidence: string }>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const { env, outputs, evidence: file } = options;
  const config = loadEnvironment(env);
  await refuseWithoutCredentials(config.region);
  const { cloudFormation, kafka, emr } = awsClients(config.region);
  const api = existsSync(outputsPath(env, outputs)) ? new Api(readOutputs(env, outputs)) : undefined;
  const evidence = await gather(
    PROBES,
    { config, cloudFormation, kafka, emr, api: api && ((path) => api.get(path)) },
    {
      now: () => new Date(),
      say: ({ id, state, found }) => console.log(`${state.padEnd(14)} ${id.padEnd(22)} ${found}`),
    },
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(evidence, null, 2)}\n`);
  console.error(`${verdict(evidence)} Written to ${file}; look at it before you send it.`);
  return evidence.claims.some(({ state }) => state === 'does not hold') ? 1 : 0;
}

runCommand(main);
