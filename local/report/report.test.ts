import { sparkLine } from './report';

test('who answered on Spark, and how long each notebook took, is one line', () => {
  expect(sparkLine({ version: '4.1.4', seconds: { batch: 20.14, stream: 3, serving: 9.96 } })).toBe(
    'Answered by the notebooks on Spark 4.1.4: batch 20.1 s, stream 3.0 s, serving 10.0 s.',
  );
});
