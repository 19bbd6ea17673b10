import { templateCheck } from './started-template-check';

// Everything below takes seconds to load and to run, in which the check of templates gets ready.

import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigError, loadEnvironment } from '../config/load';
import { addStacks } from '../lib/pipeline';

const app = new App();
try {
  addStacks(app, loadEnvironment(app.node.tryGetContext('env')));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(2);
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
templateCheck?.useFor(app);
app.synth();
