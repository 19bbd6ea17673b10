import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Finding, fails, ok } from './finding';

interface Package {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What a deployment runs with: the CDK CLI, the library it must fit, and what bundles functions without Docker. */
const TOOLS = ['aws-cdk', 'aws-cdk-lib', 'esbuild'];

/** Node and the packages of a checkout against what its package.json asks for. */
export function checkTools(root: string, nodeVersion: string): Finding[] {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package;
  return [checkNode(wanted.engines.node, nodeVersion), ...TOOLS.map((name) => checkPackage(root, wanted, name))];
}

function checkNode(wanted: string, version: string): Finding {
  const least = wanted.replace(/^>=/, '');
  if (isAtLeast(version, least)) return ok('node', `${version}, at least ${least}`);
  return fails('node', `${version}, which is older than ${least}`, `install Node ${least} or newer`);
}

function checkPackage(root: string, { dependencies, devDependencies }: Package, name: string): Finding {
  const wanted = { ...dependencies, ...devDependencies }[name]!;
  const installed = installedVersion(root, name);
  if (installed === wanted) return ok(name, installed);
  return fails(name, `${installed ?? 'not installed'}, and package.json asks for ${wanted}`, 'npm ci');
}

function installedVersion(root: string, name: string): string | undefined {
  try {
    const file = createRequire(join(root, 'package.json')).resolve(`${name}/package.json`);
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function isAtLeast(version: string, least: string): boolean {
  const parts = (text: string) => text.replace(/^v/, '').split('.').map(Number);
  const [a, b] = [parts(version), parts(least)];
  const differs = b.findIndex((part, at) => (a[at] ?? 0) !== part);
  return differs < 0 || (a[differs] ?? 0) > b[differs]!;
}
