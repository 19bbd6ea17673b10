import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { checkEnvironment } from '../../../config/load';
import { addStacks } from '../../../lib/pipeline';
import { EVERYTHING } from '../testing/environment';

// Bundles for real, beside whatever else the machine does.
jest.setTimeout(60_000);

test('a function is bundled with what it imports, and carries its files', () => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const context = { 'aws:cdk:bundling-stacks': ['Databricks'] };
  const app = new App({ context, builtinCloudFormationValidation: false, analyticsReporting: false });
  addStacks(app, checkEnvironment('test', EVERYTHING));
  const { template } = app.synth().getStackByName('pinterest-ada-Databricks');
  const functions = Object.entries<{ Type: string; Properties: Record<string, unknown> }>(template.Resources).filter(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes('Hooks'),
  );
  expect(functions).toHaveLength(1);
  const { Handler, Code } = functions[0]![1].Properties as { Handler: string; Code: { S3Key: string } };
  expect(Handler).toBe('index.handler');
  const bundle = join(app.outdir, `asset.${Code.S3Key.replace('.zip', '')}`);
  expect(readFileSync(join(bundle, 'index.js'), 'utf8')).toContain('lambda/databricks-jobs/handler.ts');
  expect(existsSync(join(bundle, 'workspace/notebooks/batch.py'))).toBe(true);
  expect(existsSync(join(bundle, 'workspace/datasets/questions.json'))).toBe(true);
});
