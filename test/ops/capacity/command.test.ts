import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkEnvironment, environmentNames } from '../../../config/load';
import { loadOf } from '../../../ops/capacity/load';
import { capacityReport } from '../../../ops/capacity/report';
import { capacityTable } from '../../../ops/capacity/table';
import { templatesOf } from '../../../ops/cost/templates';
import { SETTINGS } from '../../lib/testing/environment';

const ROOT = join(__dirname, '../../..');

function run(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'ops/capacity.ts', ...options], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr: stderr.trim() };
}

test.each([
  [
    ['--env', 'prd', '--posts-per-second', '1'],
    `no environment 'prd' in config/ (known: ${environmentNames().join(', ')}); pass one, e.g. --env dev`,
  ],
  [
    ['--env', 'dev'],
    'give one of --posts-per-second and --posts-per-day, not none; npm run capacity -- --help lists what there is',
  ],
  [
    ['--env', 'dev', '--posts-per-second', '1', '--posts-per-day', '1'],
    'give one of --posts-per-second and --posts-per-day, not both; npm run capacity -- --help lists what there is',
  ],
  [['--env', 'dev', '--posts-per-second', '0'], "--posts-per-second must be a number above 0, got '0'"],
])('%j is wrong usage', (options, message) => {
  expect(run(...options)).toEqual({ status: 2, stdout: '', stderr: message });
});

test('--json prints one object: hops, bottleneck, changes with the price before and after', () => {
  const { status, stdout, stderr } = run('--env', 'dev', '--posts-per-day', '86400000', '--json');
  expect([status, stderr]).toEqual([0, '']);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ env: 'dev', postsPerSecond: 1000, batchSize: 500, keptDays: 30, carries: false });
  const least = Math.min(...report.hops.map(({ carries }: { carries: number }) => carries));
  expect(report.bottleneck.carries).toBe(least);
  expect(report.changes).toContainEqual({ setting: 'streams.shards', from: 1, to: 2 });
  expect(report.usdPerMonth.changed).toBeGreaterThan(report.usdPerMonth.now);
}, 180_000);

const test_ = (settings: Record<string, unknown> = {}) =>
  checkEnvironment('test', {
    ...SETTINGS,
    region: 'us-east-1',
    network: { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 },
    ...settings,
  });
const table = (postsPerSecond: number, settings = {}) =>
  capacityTable(capacityReport(test_(settings), loadOf({ postsPerSecond, batchSize: 500, keptDays: 30 }), templatesOf));

test('no line is wider than a terminal, and every source of a limit is named', () => {
  const lines = table(1_000_000).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const letters = new Set(lines.flatMap((line) => /\(([a-z])\)$/.exec(line)?.[1] ?? []));
  const named = lines.flatMap((line) => /^ {2}\(([a-z])\) /.exec(line)?.[1] ?? []);
  expect(named.length).toBeGreaterThan(3);
  expect(named.sort()).toEqual([...letters].sort());
});

test('what is carried is said in a sentence, and nothing is changed', () => {
  const said = table(1);
  expect(said).toContain('config/test.yaml carries the rate as it is.');
  expect(said).not.toContain('→');
});

test('what no file carries names the hop and what helps', () => {
  expect(table(1_000_000).replaceAll(/\n +/g, ' ')).toContain(
    'No file carries it through shards: AWS raises what a stream on demand takes when it is asked; one stream for all (streams.layout: shared) is bound by its busiest shard.',
  );
});
