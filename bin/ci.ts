import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigError, loadEnvironment } from '../config/load';
import { readRepository } from '../config/repository';
import { CiStack } from '../lib/stacks/ci-stack';

// Roles of the workflows: an app of its own, deployed once by a person, so that no workflow can widen what it may do.
const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name);
try {
  new CiStack(app, 'Ci', {
    config: loadEnvironment(context('env')),
    repository: readRepository({
      repository: context('repository'),
      ownerId: context('owner-id'),
      repositoryId: context('repository-id'),
    }),
    providerExists: context('provider') === 'existing',
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(2);
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
app.synth();
