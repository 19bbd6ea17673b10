import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkJson from '../../cdk.json';
import { environmentNames, loadEnvironment } from '../../config/load';
import { CiStack } from '../../lib/stacks/ci-stack';

jest.setTimeout(120_000);

beforeAll(() => {
  // Findings and their absence are told on the console.
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
});

test.each(environmentNames())('the roles of %s’s workflows break no rule', (name) => {
  const app = new App({ context: cdkJson.context, analyticsReporting: false });
  new CiStack(app, 'Ci', { config: loadEnvironment(name), repository: { owner: 'ada', name: 'pins' } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  expect(() => app.synth()).not.toThrow();
});
