import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import cdkJson from '../../cdk.json';
import { type RunOptions, runToEnd } from './processes';

const ROOT = join(__dirname, '..', '..');

/** One resource of a synthesized template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** One stack of a synthesized app. */
export interface AssemblyStack {
  /** Name in the app, such as `Api`. */
  readonly id: string;
  /** Name in CloudFormation. */
  readonly name: string;
  /** Ids of the stacks that must be there before it. */
  readonly needs: readonly string[];
  readonly isProtected: boolean;
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

/** A synthesized app: a folder that the CDK CLI deploys from. */
export interface Assembly {
  readonly folder: string;
  readonly stacks: readonly AssemblyStack[];
}

/** A CDK app to synthesize: a program, and what it reads from `REHEARSAL_APP`. */
export interface AppProgram {
  readonly file: string;
  readonly input: unknown;
}

/**
 * Synthesizes an app in a process of its own, bundles included. The rules are left out: `npm run synth` checks them.
 *
 * @throws SynthesisFailed with what the program said
 */
export async function synthesize(
  { file, input }: AppProgram,
  folder: string,
  options: Omit<RunOptions, 'cwd'>,
): Promise<Assembly> {
  const { code, output } = await runToEnd(
    process.execPath,
    ['--import', pathToFileURL(require.resolve('tsx')).href, file],
    {
      ...options,
      cwd: ROOT,
      env: {
        ...options.env,
        REHEARSAL_APP: JSON.stringify(input),
        CDK_OUTDIR: folder,
        CDK_VALIDATION: 'false',
        // The CLI asks for paths, too; they name resources in what is found.
        CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, 'aws:cdk:enable-path-metadata': true }),
      },
    },
  );
  if (code !== 0) throw new SynthesisFailed(`the app could not be synthesized:\n${output.trim().slice(-3000)}`);
  return readAssembly(folder);
}

/** The app does not get as far as a template. */
export class SynthesisFailed extends Error {
  override readonly name = 'SynthesisFailed';
}

/** Reads what a synthesis wrote. */
export function readAssembly(folder: string): Assembly {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, ManifestArtifact>;
  };
  const isStack = (id: string) => manifest.artifacts[id]?.type === 'aws:cloudformation:stack';
  const stacks = Object.entries(manifest.artifacts)
    .filter(([id]) => isStack(id))
    .map(([id, { dependencies = [], properties = {} }]) => ({
      id,
      name: properties.stackName ?? id,
      needs: dependencies.filter(isStack),
      isProtected: properties.terminationProtection === true,
      resources: JSON.parse(readFileSync(resolve(folder, properties.templateFile!), 'utf8')).Resources ?? {},
    }));
  return { folder, stacks };
}

interface ManifestArtifact {
  readonly type: string;
  readonly dependencies?: string[];
  readonly properties?: { stackName?: string; templateFile?: string; terminationProtection?: boolean };
}

/** What a resource is called in the app, such as `Api/Ingest/Api/Resource`; its logical id where the template does not say. */
export function pathOf(stack: AssemblyStack | undefined, logicalId: string): string {
  const path = stack?.resources[logicalId]?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path : logicalId;
}

/** Ids of the stacks that fit, and of all that they need. */
export function withNeeds({ stacks }: Assembly, fits: (stack: AssemblyStack) => boolean): Set<string> {
  const found = new Set<string>();
  const add = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const need of stacks.find((stack) => stack.id === id)?.needs ?? []) add(need);
  };
  for (const stack of stacks.filter(fits)) add(stack.id);
  return found;
}
