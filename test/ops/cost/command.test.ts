import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkEnvironment, environmentNames, loadEnvironment } from '../../../config/load';
import { isAsked } from '../../../ops/cdk';
import { costBeforeDeploy } from '../../../ops/cost/before-deploy';
import { costOf } from '../../../ops/cost/report';
import { costTable } from '../../../ops/cost/table';
import { templatesOf } from '../../../ops/cost/templates';
import { costOrWhyNot } from '../../../ops/deployment';
import { SETTINGS } from '../../lib/testing/environment';

const ROOT = join(__dirname, '../../..');

function run(...options: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'ops/cost.ts', ...options], { cwd: ROOT, timeout: 60_000 });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr: stderr.trim() })));
}

function tableOf(settings: Record<string, unknown> = {}, postsPerDay = 0): string[] {
  const config = checkEnvironment('test', { ...SETTINGS, ...settings });
  return costTable(costOf(config, templatesOf(config), { postsPerDay, batchSize: 500 })).split('\n');
}

const cells = (line: string) => line.trim().split(/ {2,}/);

test('--json prints one object whose parts add up', async () => {
  const { status, stdout, stderr } = await run('--env', 'dev', '--json', '--posts-per-day', '24', '--batch-size', '1');
  expect([status, stderr]).toEqual([0, '']);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    env: 'dev',
    region: 'us-east-1',
    pricesOf: 'us-east-1',
    postsPerDay: 24,
    batchSize: 1,
  });
  const lines = report.stacks.flatMap(({ fixed, use }: { fixed: object[]; use: object[] }) => [...fixed, ...use]);
  const sum = lines.reduce((total: number, { usdPerMonth }: { usdPerMonth: number }) => total + usdPerMonth, 0);
  expect(report.usdPerMonth).toBeCloseTo(sum, 6);
  expect(report.usdPerMonth).toBeGreaterThan(261.3);
});

test.each([
  [
    ['--env', 'prd'],
    `no environment 'prd' in config/ (known: ${environmentNames().join(', ')}); pass one, e.g. --env dev`,
  ],
  [[], '--env <name> is missing; npm run cost -- --help lists what there is'],
  [['--env', 'dev', '--posts-per-day', '-1'], "--posts-per-day must be a whole number from 0 to 1000000000, got '-1'"],
])('%j is wrong usage', async (options, message) => {
  expect(await run(...options)).toEqual({ status: 2, stdout: '', stderr: message });
});

test('--help is none', async () => {
  expect((await run('--help')).status).toBe(0);
});

test('a stack is the sum of its lines, and the total that of the stacks', () => {
  const table = tableOf({
    region: 'us-east-1',
    network: { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 },
  });
  expect(table[0]).toBe('What test costs, by list prices of us-east-1. A month has 730 hours.');
  expect(table.map(cells)).toEqual(
    expect.arrayContaining([
      ['KafkaClient', '0.0455', '33.19'],
      ['1 machine t3.small', '0.0208', '15.18', '(a)'],
      ['1 load balancer (application)', '0.0225', '16.43', '(c)'],
      ['16 GiB of their disks', '0.0018', '1.28', '(d)'],
      ['1 VPC link', '?', '?'],
      ['Api', '?', '?'],
      ['Fixed, all stacks, without what says ?', '0.3580', '261.32'],
      ['Least monitoring.monthlyBudgetUsd that does not', '400'],
    ]),
  );
});

test('in another region the prices say where they hold', () => {
  expect(tableOf()[0]).toBe(
    'What test costs, by list prices of us-east-1; test is in eu-west-1, where they differ by some percent. A month has 730 hours.',
  );
});

test('what is in no number stands below the total, which says how much of it there is', () => {
  const table = tableOf();
  const from = table.indexOf('Charged for, and in no number above');
  const entries = table.slice(from + 1, table.indexOf('', from)).filter((line) => /^ {2}\S/.test(line));
  const left = entries.slice(0, -2);
  expect(left).toContain('  Api: 1 VPC link (AWS names no price for it)');
  expect(table.map(cells)).toContainEqual([`Together, without the ${left.length} things that follow`, '261.32']);
});

test('before a deployment it is told by stack, with where the rest is', () => {
  const lines = costBeforeDeploy(loadEnvironment('staging')).trim().split('\n');
  expect(lines.map((line) => cells(line)[0])).toEqual([
    'What staging costs, by list prices of us-east-1. A month has 730 hours.',
    'Fixed, whether posts come or not',
    'Network',
    'Lake',
    'Kafka',
    'KafkaClient',
    'S3Sink',
    'Streams',
    'Api',
    'Spark',
    'Orchestration',
    'SourceDatabase',
    'Monitoring',
    'Fixed, all stacks, without what says ?',
    'In no number: 26 things, traffic and taxes. All of it: npm run cost -- --env staging',
  ]);
});

test('a cost that cannot be told does not stop a deployment', async () => {
  const broken = async () => {
    throw new Error("ops/cost/prices.json has no price 'x'");
  };
  expect(await costOrWhyNot(broken)).toBe("what it costs is not known: ops/cost/prices.json has no price 'x'");
  expect(await costOrWhyNot(async () => 'much')).toBe('much');
});

test.each<[string[], boolean]>([
  [[], true],
  [['Api'], true],
  [['--require-approval', 'broadening'], true],
  [['--require-approval', 'never', 'Api'], false],
  [['--require-approval=never'], false],
  [['never'], true],
  [['--yes'], false],
])('with %j the CDK CLI asks: %j', (rest, asked) => {
  expect(isAsked(rest)).toBe(asked);
});
