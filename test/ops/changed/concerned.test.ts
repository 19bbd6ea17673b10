import { concernedBy } from '../../../ops/changed/concerned';

const ALL = [
  'datasets/sql/rules.test.ts',
  'emulator/send/pace.test.ts',
  'emulator/send/replay.test.ts',
  'local/start.test.ts',
  'local/gateway/router.test.ts',
  'test/imports.test.ts',
  'test/lib/constructs/templates.test.ts',
  'test/lib/stacks/api-stack.test.ts',
];

test('related tests are run, the nearest first, after those of the house', () => {
  const related = ['local/start.test.ts', 'emulator/send/replay.test.ts', 'emulator/send/pace.test.ts'];
  expect(concernedBy(['emulator/send/pace.ts'], ALL, related)).toEqual({
    tests: [
      'test/imports.test.ts',
      'emulator/send/pace.test.ts',
      'emulator/send/replay.test.ts',
      'local/start.test.ts',
    ],
    parts: [],
  });
});

test('what is read at run time has its tests, and parts beside jest are named', () => {
  expect(concernedBy(['datasets/sql/clean/pin.sql'], ALL, [])).toEqual({
    tests: ['test/imports.test.ts', 'datasets/sql/rules.test.ts'],
    parts: ['spark'],
  });
  expect(concernedBy(['lib/constructs/templates/put-record.vtl'], ALL, [])).toEqual({
    tests: ['test/imports.test.ts', 'test/lib/constructs/templates.test.ts', 'local/gateway/router.test.ts'],
    parts: ['cloud', 'rehearsal'],
  });
});

test('tests in test/ stand beside what they mirror', () => {
  const related = ['local/start.test.ts', 'test/lib/stacks/api-stack.test.ts'];
  expect(concernedBy(['lib/stacks/api-stack.ts'], ALL, related).tests).toEqual([
    'test/imports.test.ts',
    'test/lib/stacks/api-stack.test.ts',
    'local/start.test.ts',
  ]);
});
