import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_POSTS } from '@pipeline/datasets/synthetic';
import { loadEnvironment } from '../../../config/load';
import { bigLineTable, stackTable } from '../../../ops/cost/doc-tables';
import { type CostReport, costOf } from '../../../ops/cost/report';
import { templatesOf } from '../../../ops/cost/templates';

const read = (file: string) => readFileSync(join(__dirname, '../../..', file), 'utf8');

const [dev, staging, prod] = ['dev', 'staging', 'prod'].map((name) => {
  const config = loadEnvironment(name);
  return costOf(config, templatesOf(config), { postsPerDay: DEFAULT_POSTS, batchSize: 500 });
}) as [CostReport, CostReport, CostReport];

function part(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)\\n<!-- /${name} -->`).exec(read('docs/cost.md'));
  if (!found) throw new Error(`docs/cost.md has no part '${name}'`);
  return found[1]!;
}

test('the tables of docs/cost.md are what the command says (else: npm run readme)', () => {
  expect(part('stacks')).toBe(stackTable([dev, staging, prod]));
  expect(part('big lines')).toBe(bigLineTable([dev, staging, prod]));
});

test('a stack of which nothing is known is no zero in them', () => {
  const rows = stackTable([dev, staging, prod]).split('\n');
  expect(rows).toContain('| Network | 37 | 37 | 110 |');
  expect(rows).toContain('| Api | ? | ? | 9 + ? |');
  expect(rows).toContain('| Orchestration |  | 358 | 358 |');
  expect(rows).toContain('| **all, a month** | **269** | **1,290** | **1,749** |');
});

test('docs/stacks.md has the same price for each stack, of dev, or of staging where dev has none', () => {
  const rows = [...read('docs/stacks.md').matchAll(/^\| ([A-Z]\w+) \| [^|]+ \| ([^|]+) \|/gm)];
  expect(rows.map(([, stack]) => stack)).toEqual([
    'Network',
    'Lake',
    'Kafka',
    'KafkaClient',
    'S3Sink',
    'Streams',
    'Api',
    'Spark',
    'Orchestration',
    'Databricks',
    'SourceDatabase',
    'Monitoring',
  ]);
  for (const [, name, said] of rows) {
    const [report, where] = dev.stacks.some(({ stack }) => stack === name) ? [dev, ''] : [staging, ' in `staging`'];
    const stack = report.stacks.find((each) => each.stack === name);
    const known = Math.round((stack?.fixed ?? []).reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0));
    const open = stack ? stack.notCounted.some(({ stands }) => stands) : true;
    const price = [...(known > 0 ? [`$${known}`] : []), ...(open ? ['?'] : [])].join(' + ');
    expect(`${name} ${said}`).toMatch(
      new RegExp(`^${name} ${price.replaceAll(/[$+?]/g, '\\$&')}${known > 0 ? where : ''}: `),
    );
  }
});

test.each(['README.md', 'docs/stacks.md'])('%s says of dev’s month what it costs, to ten dollars', (file) => {
  const said = [...read(file).matchAll(/about \*{0,2}\$(\d+) a month/g)].map(([, dollars]) => Number(dollars));
  expect(said).toHaveLength(1);
  expect(Math.abs(said[0]! - dev.fixed.usdPerMonth)).toBeLessThan(10);
});

test('a replay a day adds less than two dollars, as docs/cost.md says', () => {
  expect(read('docs/cost.md')).toContain('a replay of all 11,154 a day adds less than $2 a month');
  for (const { use } of [dev, staging, prod]) {
    expect(use.usdPerMonth).toBeGreaterThan(0);
    expect(use.usdPerMonth).toBeLessThan(2);
  }
});

test('no environment’s budget rings by what stands there alone: four fifths of it are a fifth more', () => {
  for (const { env, fixed } of [dev, staging, prod]) {
    const { monthlyBudgetUsd } = loadEnvironment(env).monitoring;
    expect([env, 0.8 * monthlyBudgetUsd! >= 1.2 * fixed.usdPerMonth]).toEqual([env, true]);
  }
});
