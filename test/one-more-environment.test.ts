import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { dump, load } from 'js-yaml';
import { environmentNames, loadEnvironment } from '../config/load';
import { addStacks } from '../lib/pipeline';
import { givenApp } from './lib/testing/environment';

jest.setTimeout(120_000);
const ROOT = join(__dirname, '..');
const page = readFileSync(join(ROOT, 'docs/environments.md'), 'utf8');
const section = /^## One more\n([\s\S]*?)^## /m.exec(page)![1]!;

/** What a step says to write or to type, and the words before it, which name the file. */
const blocks = [...section.matchAll(/([^`]*(?:`[^`\n]+`[^`]*)*)^ *```(sh|yaml)\n([\s\S]*?)^ *```$/gm)].map(
  ([, words = '', language, text = '']) => ({ words, language, text: text.replace(/^ {3}/gm, '') }),
);
const blockAbout = (file: string) => blocks.find(({ words, language }) => language === 'yaml' && words.includes(file))!;

type Tree = { [key: string]: unknown };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-more-'));
  for (const part of ['config', '.github']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function edit(file: string, change: (tree: Tree) => Tree): void {
  const path = join(folder, file);
  writeFileSync(path, dump(change(load(readFileSync(path, 'utf8')) as Tree), { lineWidth: -1 }));
}

function copyFile(): void {
  const [copy] = blocks.filter(({ language }) => language === 'sh');
  execFileSync('sh', ['-ec', copy!.text], { cwd: folder });
  const own = load(blockAbout('config/qa.yaml').text) as { userId: string; network: Tree };
  edit('config/qa.yaml', (tree) => ({ ...tree, ...own, network: { ...(tree.network as Tree), ...own.network } }));
}

function addToWorkflows(): void {
  // Actions carry their tags as comments, which a test asks for: lines are put in, and all else stays as it is written.
  const line = blockAbout('pull-request.yml').text;
  insert('.github/workflows/pull-request.yml', /^( *)- \{ env: prod, .*\n/m, line);
  insert('.github/workflows/deploy.yml', /^( *)prod:\n(?:\1 +.*\n)+/m, blockAbout('deploy.yml').text);
}

function insert(file: string, after: RegExp, text: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    before.replace(after, (found, indent: string) => `${found}${text.replace(/^(?=.)/gm, indent)}`),
  );
  expect(readFileSync(path, 'utf8')).not.toBe(before);
}

function testWorkflows() {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const { status, stderr } = spawnSync(process.execPath, [jest, '--ci', '-i', join(ROOT, 'test/workflows.test.ts')], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, WORKFLOWS_OF: folder },
    timeout: 100_000,
  });
  return { status, stderr };
}

test('the page says what to copy, to write and to type', () => {
  expect(blocks.map(({ language, text }) => [language, text.split('\n')[0]])).toEqual([
    ['sh', 'cp config/dev.yaml config/qa.yaml'],
    ['yaml', 'userId: pins-qa'],
    ['sh', 'npm run synth -- --env qa'],
    ['yaml', '- { env: qa, role: AWS_DIFF_ROLE_QA }'],
    ['yaml', 'qa:'],
  ]);
});

test('after the first step the environment can be synthesized beside the others, under names of its own', () => {
  copyFile();
  const config = loadEnvironment('qa', join(folder, 'config'));
  const app = givenApp();
  addStacks(app, config);
  const stacks = app.node.children.map((stack) => (stack as Stack).stackName);
  expect(stacks).toEqual(expect.arrayContaining(['pinterest-pins-qa-Network', 'pinterest-pins-qa-Api']));
  expect(() => app.synth()).not.toThrow();
  for (const other of environmentNames()) {
    const { network, userId } = loadEnvironment(other, join(folder, 'config'));
    expect([network.cidr, userId]).not.toEqual(expect.arrayContaining(['10.3.0.0/16']));
    expect(userId).not.toBe('pins-qa');
  }
});

test('after all steps the workflows’ tests are green, and before the last they say what is missing', () => {
  copyFile();
  const before = testWorkflows();
  expect(before.status).toBe(1);
  expect(before.stderr).toMatch(/\+ +"qa"|- +"qa"/);
  addToWorkflows();
  expect(testWorkflows()).toEqual({ status: 0, stderr: expect.stringMatching(/Tests: +\d+ passed/) });
});
