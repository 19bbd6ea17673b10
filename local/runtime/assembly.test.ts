import { failureOf } from './assembly';

test("a fault in the environment's file is wrong usage and told whole, with line and caret", () => {
  const told = 'config/dev.yaml:28:9 is not YAML: bad indentation\n28 |    shards: 1\n            ^';
  expect(failureOf(2, `${told}\n`)).toMatchObject({ name: 'UsageError', exitCode: 2, message: told });
});

test("any other end of the CDK app is told in the app's own first error", () => {
  const stderr = '/x/node.js:1\nRangeError: Api/Stage: too many routes\n    at f (x.js:1)\n\nNode.js v20.19.0\n';
  expect(failureOf(1, stderr)).toMatchObject({ name: 'SynthesisError', message: 'Api/Stage: too many routes' });
  expect(failureOf(134, '')).toMatchObject({ name: 'SynthesisError', message: 'the CDK app ended with 134' });
});
