import { ConfigError, loadEnvironment } from '../config/load';
import type { EnvironmentConfig } from '../config/schema';

/** The environment that the CDK's context names; what is wrong with its file is said before the CDK is loaded, which takes seconds. */
function environment(): EnvironmentConfig {
  const { env } = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}') as { env?: string };
  try {
    return loadEnvironment(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

function main(): void {
  const config = environment();
  const { App } = require('aws-cdk-lib') as typeof import('aws-cdk-lib');
  const { addIngestStacks } = require('../lib/pipeline') as typeof import('../lib/pipeline');
  // The laptop needs templates only, and at once: what is slow here, bundling and validation, `npm run synth` does.
  const app = new App({
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    analyticsReporting: false,
    stackTraces: false,
    postCliContext: { 'aws:cdk:bundling-stacks': [] },
  });
  addIngestStacks(app, config);
  app.synth();
}

main();
