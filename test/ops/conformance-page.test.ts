import { conformancePage } from '../../ops/conformance-page';

test('a promise that npm run contract checks is marked', () => {
  expect(conformancePage()).toContain("| K5 | GET /brokers | 200 with the list of the brokers' ids | ✓ |\n");
  expect(conformancePage()).toContain(
    '| S16 | an iterator that is older than 300 seconds | ExpiredIteratorException |  |\n',
  );
});
