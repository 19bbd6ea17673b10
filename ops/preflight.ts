import '@pipeline/cli/node-version';
import { dirname } from 'node:path';
import { runCommand } from '@pipeline/cli/command';
import { ENVIRONMENT, JSON_OUTPUT, parseOptions } from '@pipeline/cli/options';
import { loadArtefacts } from '../config/artefacts';
import { loadEnvironment } from '../config/load';
import { findingsTable } from './preflight/report';
import { preflight } from './preflight/run';

const LINE = {
  name: 'npm run preflight --',
  description:
    'What a deployment would fail on, found in seconds and each with its fix: tools, downloads, credentials, account, bootstrap, stacks, zones, quotas, Kafka version, Databricks. Changes nothing. Without credentials it looks as far as that goes. Ends with 1 when something would fail.',
  options: [ENVIRONMENT, JSON_OUTPUT],
};

// The SDK would warn of a Node that this project still takes, between the findings.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

async function main(): Promise<number> {
  const options = parseOptions<{ env: string; json: boolean }>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const { env, json } = options;
  const config = loadEnvironment(env);
  const root = dirname(__dirname);
  const findings = await preflight({ config, artefacts: loadArtefacts(), root, nodeVersion: process.version });
  process.stdout.write(json ? `${JSON.stringify({ env, findings })}\n` : findingsTable(findings));
  return findings.some(({ state }) => state === 'fails') ? 1 : 0;
}

runCommand(main);
