import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(__dirname, '../..');
const loader = pathToFileURL(require.resolve('tsx')).href;

const bench = (argv: readonly string[], env = process.env) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', loader, join(ROOT, 'ops/bench.ts'), ...argv],
    { cwd: ROOT, env, encoding: 'utf8', timeout: 60_000 },
  );
  return { status, stdout, stderr };
};

test('help names every part, Spark’s too', () => {
  const { status, stdout } = bench(['--help']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Usage: npm run bench -- [\s\S]*routes,[\s\S]*,\s+spark[\s\S]*\n/);
});

test('an unknown part is wrong usage', () => {
  const { status, stderr } = bench(['sparc']);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/^no part 'sparc' \(known: routes, .*, spark, .*, synth\)\n$/),
  });
});

test('Spark’s part, when it was asked for and the tools are not there, fails and says how to get them', () => {
  const { status, stderr } = bench(['spark'], { ...process.env, PATH: '/nowhere' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^spark cannot run: .*Python 3\.11 or 3\.12/),
  });
});

test('a part of the wrong kind, and a commit that is not there, are wrong usage', () => {
  expect(bench(['synth'])).toMatchObject({ status: 2, stderr: 'synth is measured only with --against\n' });
  expect(bench(['--against', 'HEAD', 'routes'])).toMatchObject({
    status: 2,
    stderr: 'routes is measured without --against\n',
  });
  const { status, stderr } = bench(['--against', 'no-such-commit', 'synth']);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining("--against must be a commit of this repository, got 'no-such-commit'"),
  });
});
