import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNames, loadEnvironment } from '../../../config/load';
import { SUPPORTED, type Support, standings } from '../../../ops/expiring/expiring';

const ROOT = join(__dirname, '../../..');
const given = (ends: string | null, accepted?: string): Support => ({
  what: 'x',
  version: '1',
  ends,
  source: 'https://x.example/',
  ...(accepted && { accepted }),
});
const on = (day: string) => Date.parse(`${day}T12:00:00Z`);

test.each([
  ['2026-12-31', '2026-12-31', 0, true],
  ['2026-12-31', '2026-10-02', 90, true],
  ['2026-12-31', '2026-10-01', 91, false],
  ['2026-12-31', '2027-01-02', -2, true],
])('what ends on %s is looked at on %s: %i days', (ends, day, days, isDue) => {
  expect(standings(on(day), 90, [given(ends)])).toMatchObject([{ days, isDue }]);
});

test('what has no day, or is accepted with a reason, is never due', () => {
  expect(standings(on('2027-01-02'), 90, [given(null), given('2026-12-31', 'on purpose')])).toMatchObject([
    { days: null, isDue: false },
    { days: -2, isDue: false },
  ]);
});

test('every version that the environments, functions and workflows name has its line', () => {
  const named = environmentNames().flatMap((name) => {
    const { kafka, orchestration, sourceDatabase, spark } = loadEnvironment(name);
    return [
      ['Kafka on MSK', 'version' in kafka ? kafka.version : undefined],
      ['Airflow on MWAA', orchestration?.airflowVersion],
      ['MySQL on RDS', sourceDatabase?.engineVersion],
      ['EMR Serverless', spark?.release],
    ] as const;
  });
  const lambdas = readFileSync(join(ROOT, 'lib/constructs/pipeline-function.ts'), 'utf8').matchAll(/NODEJS_(\d+)_X/g);
  const workflows = readdirSync(join(ROOT, '.github/workflows')).flatMap((file) => [
    ...readFileSync(join(ROOT, '.github/workflows', file), 'utf8').matchAll(/node-version: '?(\d+)/g),
  ]);
  const all = [
    ...named,
    ...[...lambdas].map(([, major]) => ['Node on Lambda', major] as const),
    ...workflows.map(([, major]) => ['Node in the workflows and on laptops', major] as const),
  ].filter(([, version]) => version !== undefined);
  expect(all.length).toBeGreaterThan(10);
  const missing = all.filter(
    ([what, version]) => !SUPPORTED.some((item) => item.what === what && `${version}.`.startsWith(`${item.version}.`)),
  );
  expect(missing).toEqual([]);
});

test('every line has a source, and a day that is one', () => {
  for (const { ends, source } of SUPPORTED) {
    expect(source).toMatch(/^https:\/\//);
    if (ends !== null) expect(new Date(`${ends}T00:00:00Z`).toISOString()).toContain(ends);
  }
});
