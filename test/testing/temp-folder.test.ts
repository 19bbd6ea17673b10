import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const config = jest.requireActual<{
  readonly transform: Readonly<Record<string, readonly [string, unknown]>>;
  readonly globalSetup: string;
  readonly globalTeardown: string;
}>('../../jest.config');

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'temp-folder-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a run of jest leaves no temporary file, although its tests fail and tidy nothing', () => {
  const note = join(folder, 'note');
  const temp = join(folder, 'temp');
  mkdirSync(temp);
  for (const name of ['one', 'two'])
    writeFileSync(
      join(folder, `${name}.test.js`),
      `const { mkdtempSync, appendFileSync } = require('node:fs');
       const { App } = require(${JSON.stringify(require.resolve('aws-cdk-lib'))});
       test('fails', () => {
         appendFileSync(${JSON.stringify(note)}, new App().outdir + '\\n');
         throw new Error('on purpose');
       });`,
    );
  const inRoot = (path: string) => path.replace('<rootDir>', ROOT);
  const own = {
    rootDir: folder,
    testMatch: ['**/*.test.js'],
    maxWorkers: 2,
    transform: Object.fromEntries(
      Object.entries(config.transform).map(([files, [name, options]]) => [files, [require.resolve(name), options]]),
    ),
    cacheDirectory: join(folder, 'cache'),
    globalSetup: inRoot(config.globalSetup),
    globalTeardown: inRoot(config.globalTeardown),
  };
  const { status, stderr } = spawnSync(
    process.execPath,
    [require.resolve('jest/bin/jest'), '--config', JSON.stringify({ ...config, ...own })],
    { cwd: folder, env: { ...process.env, TMPDIR: temp, TEMP: temp, TMP: temp }, encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('on purpose') });
  const made = readFileSync(note, 'utf8').trimEnd().split('\n');
  expect(made.map((path) => dirname(dirname(path)))).toEqual([temp, temp]);
  expect(readdirSync(temp).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
});
