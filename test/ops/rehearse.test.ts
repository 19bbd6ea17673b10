import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environmentNames } from '../../config/load';

function run(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'ops/rehearse.ts', ...argv], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
    timeout: 25_000,
  });
  return { status, stdout, stderr };
}

test('help says what it does and what it needs', () => {
  const { status, stdout } = run('--help');
  expect(status).toBe(0);
  expect(stdout).toMatch(/bootstrap, deploy,\s+deploy again/);
  expect(stdout).toContain('--change <path=value>');
  expect(stdout).toContain('--no-answers');
});

test.each([
  [[], '--env <name> is missing'],
  [['--env', 'prd'], `no environment 'prd' in config/ (known: ${environmentNames().join(', ')})`],
  [['--env', 'dev', '--port', '65536'], "--port must be a whole number from 0 to 65535, got '65536'"],
  [['--env', 'dev', '--change', 'streams'], "--change must be like streams.retentionHours=48, got 'streams'"],
  [['--env', 'dev', '--change', 'streams.retentionHours=12'], 'streams.retentionHours must be'],
  [['--env', 'all', '--change', 'streams.shards=2'], 'config/prod.yaml: streams.shards must be left out'],
])('%j is refused with 2 before anything is started', (argv, message) => {
  const { status, stdout, stderr } = run(...argv);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});
