import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdictOf } from './pytest';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pytest-report-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const given = (attributes: string) => {
  const report = join(folder, 'report.xml');
  writeFileSync(
    report,
    `<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" ${attributes} time="1.5"></testsuite></testsuites>`,
  );
  return report;
};

test('passed are those that neither failed, broke nor were skipped', () => {
  expect(verdictOf(given('errors="1" failures="2" skipped="3" tests="10"'), 1)).toEqual({
    passed: 4,
    failed: 3,
    skipped: 3,
  });
  expect(verdictOf(given('errors="0" failures="0" skipped="0" tests="5"'), 0)).toEqual({
    passed: 5,
    failed: 0,
    skipped: 0,
  });
});

test('a run that was cut off, or left no report, is a failure', () => {
  expect(verdictOf(given('errors="0" failures="0" skipped="0" tests="5"'), null)).toEqual({
    passed: 5,
    failed: 1,
    skipped: 0,
  });
  expect(verdictOf(join(folder, 'none.xml'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
