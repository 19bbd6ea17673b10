import { dirname } from 'node:path';
import { Command } from 'commander';
import { loadArtefacts } from '../config/artefacts';
import { loadEnvironment } from '../config/load';
import { findingsTable } from './preflight/report';
import { preflight } from './preflight/run';
import { reportingErrors } from './report-errors';

const program = new Command('npm run preflight --')
  .description(
    'What a deployment would fail on, found in seconds and each with its fix: tools, downloads, credentials, account, bootstrap, stacks, zones, quotas, Kafka version, Databricks. Changes nothing. Without credentials it looks as far as that goes. Ends with 1 when something would fail.',
  )
  .requiredOption('--env <name>', 'environment: the name of a file in config/')
  .option('--json', 'print one JSON object on stdout', false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
program.parse();

// The SDK would warn of a Node that this project still takes, between the findings.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

async function main(): Promise<number> {
  const { env, json } = program.opts<{ env: string; json: boolean }>();
  const config = loadEnvironment(env);
  const root = dirname(__dirname);
  const findings = await preflight({ config, artefacts: loadArtefacts(), root, nodeVersion: process.version });
  process.stdout.write(json ? `${JSON.stringify({ env, findings })}\n` : findingsTable(findings));
  return findings.some(({ state }) => state === 'fails') ? 1 : 0;
}

reportingErrors(main);
