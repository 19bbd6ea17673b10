import { confOf, stepsOf } from '../../../ops/rehearsal/spark-job';

test('the steps of a run are told from whatever else Spark says', () => {
  const output = [
    'WARNING: Using incubator modules: jdk.incubator.vector',
    '{"began": "session"}',
    '{"ended": "session", "seconds": 4.21, "said": null}',
    '26/11/30 00:58:47 WARN {"ended": "nothing", "seconds": 1}',
    '{"ended": "batch", "seconds": 20, "said": "11 rows"}',
    '{"failed": "stream", "reason": "gone"}',
  ].join('\n');
  expect(stepsOf(output)).toBe('session 4.21, batch 20');
  expect(stepsOf('Error: no JVM')).toBe('no step ended');
});

test('parameters of spark-submit are read as EMR reads them', () => {
  expect(confOf('--conf a.b=1 --conf spark.archives=s3://x/y.zip#z,s3://q=1')).toEqual({
    'a.b': '1',
    'spark.archives': 's3://x/y.zip#z,s3://q=1',
  });
  expect(() => confOf('--conf a.b')).toThrow('sparkSubmitParameters: a.b is no --conf key=value');
});
