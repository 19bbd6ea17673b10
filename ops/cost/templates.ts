import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import cdkJson from '../../cdk.json';
import type { EnvironmentConfig } from '../../config/schema';
import { addStacks } from '../../lib/pipeline';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** One stack's resources by logical id. */
export interface StackTemplate {
  readonly stack: string;
  readonly resources: Readonly<Record<string, Resource>>;
}

/** The templates of an environment, in the order in which its stacks are listed everywhere. Bundles and checks nothing: `npm run synth` does. */
export function templatesOf(config: EnvironmentConfig): StackTemplate[] {
  const outdir = mkdtempSync(join(tmpdir(), 'cost-'));
  try {
    const app = new App({
      outdir,
      context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] },
      builtinCloudFormationValidation: false,
      treeMetadata: false,
      analyticsReporting: false,
      stackTraces: false,
    });
    addStacks(app, config);
    const assembly = app.synth();
    return app.node.children
      .filter((child) => Stack.isStack(child))
      .map((child) => {
        const { artifactId } = child as Stack;
        return { stack: child.node.id, resources: assembly.getStackArtifact(artifactId).template.Resources };
      });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
