import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformancePage } from '../../ops/conformance-page';

test('docs/conformance.md is the list as it is now; npm run readme writes it', () => {
  expect(readFileSync(join(__dirname, '../../docs/conformance.md'), 'utf8')).toBe(conformancePage());
});

test('a promise that npm run contract checks is marked', () => {
  expect(conformancePage()).toContain("| K5 | GET /brokers | 200 with the list of the brokers' ids | ✓ |\n");
  expect(conformancePage()).toContain(
    '| S16 | an iterator that is older than 300 seconds | ExpiredIteratorException |  |\n',
  );
});
