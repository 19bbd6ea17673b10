import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { NotebookFailed, type Progress, runNotebooks, type SparkRun } from './notebooks';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notebooks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const RUN: Omit<SparkRun, 'output'> = {
  notebooks: ['batch', 'stream'],
  topicsPath: '/data/s3/topics',
  topics: perDataset((name) => `u.${name}`),
  kinesisEndpoint: 'http://127.0.0.1:8081',
  streams: perDataset((name) => `streaming-u-${name}`),
  speedTables: perDataset((name) => `u_${name}_table`),
  region: 'us-east-1',
};

/** Runs the notebooks with a Python that is a program of Node's, which has `told` and `say`. */
async function given(program: string) {
  const python = join(folder, 'python');
  writeFileSync(
    python,
    `#!${process.execPath}
    const say = (event) => console.log(JSON.stringify(event));
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const told = JSON.parse(line);
      ${program}
    });`,
  );
  chmodSync(python, 0o755);
  const progress: Progress[] = [];
  const output = join(folder, 'spark');
  const report = await runNotebooks(
    { ...RUN, output },
    { python, jars: '/jars', javaHome: '/jdk' },
    { onProgress: (step) => progress.push(step) },
  );
  return { report: report as unknown, progress, output };
}

test('the last line is the report, what comes before is progress, and other words are let pass', async () => {
  const { report, progress } = await given(`
    say({ began: 'batch' });
    console.log('OpenJDK warning: something');
    console.log('17');
    say({ ended: 'batch', seconds: 1.5, said: '2 of 3 views changed' });
    say({ views: { batch: {} }, spark: '4.1.4' });
    process.exit(0);
  `);
  expect(report).toEqual({ views: { batch: {} }, spark: '4.1.4' });
  expect(progress).toEqual([{ began: 'batch' }, { ended: 'batch', seconds: 1.5, said: '2 of 3 views changed' }]);
});

test('laptop.py is told what to run and where, and that it is watched', async () => {
  const { report, output } = await given(`say({ views: [process.argv.slice(2), told] }); process.exit(0);`);
  const { views } = report as { views: [string[], object] };
  expect(views[0]).toEqual(['-B', join(__dirname, '../../notebooks/runner/laptop.py')]);
  expect(views[1]).toEqual({ ...RUN, output, jars: '/jars', watched: true });
});

test('variables that would lead to another Spark, account, Java or proxy stay outside', async () => {
  const foreign = {
    SPARK_HOME: '/opt/spark',
    PYSPARK_SUBMIT_ARGS: '--packages x',
    PYTHONPATH: '/opt/lib',
    HADOOP_CONF_DIR: '/etc/hadoop',
    AWS_PROFILE: 'work',
    JAVA_HOME: '/opt/java11',
  };
  const before = { ...process.env };
  Object.assign(process.env, foreign, { NO_PROXY: 'elsewhere', A_VARIABLE: 'its value' });
  try {
    const { report } = await given(`say({ views: process.env }); process.exit(0);`);
    const { views } = report as { views: Record<string, string> };
    expect(Object.keys(foreign).filter((name) => views[name] === foreign[name as keyof typeof foreign])).toEqual([]);
    expect(views).toMatchObject({
      A_VARIABLE: 'its value',
      no_proxy: '127.0.0.1',
      JAVA_HOME: '/jdk',
      SPARK_LOCAL_IP: '127.0.0.1',
    });
    expect(views.NO_PROXY).toBeUndefined();
  } finally {
    for (const name of [...Object.keys(foreign), 'NO_PROXY', 'A_VARIABLE']) delete process.env[name];
    Object.assign(process.env, before);
  }
});

test('a notebook that fails is named with its reason and the log', async () => {
  const failing = given(`
    say({ began: 'batch' });
    console.error('Traceback');
    say({ failed: 'batch', reason: 'ValueError: no such column' });
    process.exit(1);
  `);
  const log = join(folder, 'spark', 'spark.log');
  await expect(failing).rejects.toThrow(NotebookFailed);
  await expect(failing).rejects.toThrow(
    `the notebook batch failed: ValueError: no such column; the whole log is ${log}`,
  );
  expect(readFileSync(log, 'utf8')).toBe('Traceback\n');
});

test.each([
  [
    `say({ began: 'stream' }); process.kill(process.pid, 'SIGKILL')`,
    'Spark ended with SIGKILL during the notebook stream',
  ],
  [`say({ began: 'session' }); process.exit(5)`, "Spark ended with 5 during Spark's start"],
  [`say({ began: 'export' }); say({ views: {} }); process.exit(1)`, 'Spark ended with 1 during the notebook export'],
  [`say({ began: 'batch' }); process.exit(0)`, 'Spark ended with 0 during the notebook batch'],
])('a Spark that ends without a word is told with where it was: %s', async (program, message) => {
  await expect(given(program)).rejects.toThrow(message);
});
