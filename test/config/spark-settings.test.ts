import { checkEnvironment } from '../../config/load';
import { SETTINGS } from '../lib/testing/environment';

const SPARK = { engine: 'emr-serverless', release: 'emr-spark-8.1.0', schedule: 'hourly', maximumVcpu: 16 };
const DATABRICKS = {
  workspaceUrl: 'https://dbc-1.cloud.databricks.com',
  secretName: 'databricks/ada',
  crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
  sparkVersion: '17.3.x-scala2.13',
};
const ORCHESTRATION = { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY' };

/** The error for the smallest valid settings with `change` on top. */
function refusal(change: Record<string, unknown>): string {
  try {
    checkEnvironment('test', { ...SETTINGS, ...change });
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const spark = (change: Record<string, unknown>) => refusal({ spark: { ...SPARK, ...change } });

test('what is left out has a default', () => {
  expect(checkEnvironment('test', { ...SETTINGS, spark: SPARK }).spark).toEqual({
    ...SPARK,
    architecture: 'arm64',
    workerVcpu: 2,
    workerMemoryGiB: 8,
    executors: 1,
    continuous: false,
  });
});

test.each([
  [
    { release: 'emr-spark-8.0.0' },
    'spark.release must be one of emr-spark-8.1.0, emr-spark-8.2.0, because it has Spark 4.0, and AWS supports it until May 2027 only, got "emr-spark-8.0.0"',
  ],
  [
    { release: 'emr-7.12.0' },
    'spark.release must be one of emr-spark-8.1.0, emr-spark-8.2.0, because it has Spark 2 or 3, and the notebooks need Spark 4.1, got "emr-7.12.0"',
  ],
  [{ release: 'latest' }, 'spark.release must be one of emr-spark-8.1.0, emr-spark-8.2.0, got "latest"'],
  [
    { engine: 'databricks' },
    'spark.engine must be emr-serverless; for Databricks leave spark out and fill in databricks, got "databricks"',
  ],
  [
    { schedule: 'every-5-minutes' },
    'spark.schedule must be one of every-15-minutes, every-30-minutes, hourly, every-6-hours, daily, got "every-5-minutes"',
  ],
  [{ architecture: 'riscv' }, 'spark.architecture must be one of arm64, x86_64, got "riscv"'],
  [{ workerMemoryGiB: 20 }, 'spark.workerMemoryGiB must be 4 to 16 for 2 vCPU, got 20'],
  [{ workerVcpu: 8, workerMemoryGiB: 18 }, 'spark.workerMemoryGiB must be 16 to 60 in steps of 4 for 8 vCPU, got 18'],
  [{ executors: 8 }, 'spark.maximumVcpu must be at least 18, which a driver and 8 executors of 2 vCPU take, got 16'],
])('%j is refused', (change, message) => {
  expect(spark(change)).toContain(`config/test.yaml: ${message}`);
});

test('an environment has one engine', () => {
  expect(refusal({ spark: SPARK, databricks: DATABRICKS })).toContain(
    'config/test.yaml: databricks must be left out beside spark: one engine keeps the tables and the answers',
  );
});

test('a schedule that nobody reads is refused', () => {
  const databricks = { ...DATABRICKS, schedule: 'hourly' };
  expect(refusal({ databricks })).toBe(
    'config/test.yaml: databricks.schedule must be left out without orchestration, whose DAG is the one that reads it, got "hourly"',
  );
  expect(refusal({ databricks, orchestration: ORCHESTRATION })).toBe('accepted');
});
