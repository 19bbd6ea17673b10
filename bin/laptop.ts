import { App } from 'aws-cdk-lib';
import { ConfigError, loadEnvironment } from '../config/load';
import { addIngestStacks } from '../lib/pipeline';

// The laptop needs templates only, and at once: what is slow here, bundling and validation, `npm run synth` does.
const app = new App({
  builtinCloudFormationValidation: false,
  treeMetadata: false,
  analyticsReporting: false,
  stackTraces: false,
  postCliContext: { 'aws:cdk:bundling-stacks': [] },
});
try {
  addIngestStacks(app, loadEnvironment(app.node.tryGetContext('env')));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(2);
}
app.synth();
