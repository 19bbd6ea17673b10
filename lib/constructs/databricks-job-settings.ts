import type { Names } from '@pipeline/datasets/names';

export interface JobSettingsOptions {
  readonly userId: string;
  readonly names: Names;
  /** Folder of notebooks and definitions in the workspace. */
  readonly root: string;
  /** Bucket that holds the topics' files, and under databricks/ the tables and checkpoints. */
  readonly bucketName: string;
  readonly region: string;
  readonly instanceProfileArn: string;
  /** Databricks runtime, such as `16.4.x-scala2.12`. */
  readonly sparkVersion: string;
  /** EC2 instance type of each machine. */
  readonly nodeType: string;
  /** Machines beside the driver; 0 runs everything on the driver. */
  readonly workers: number;
  /** Whether the streaming job stands still. */
  readonly streamPaused: boolean;
}

/** Name of the daily job, by which Airflow starts it. */
export const batchJobName = (userId: string): string => `${userId}-batch`;
export const streamJobName = (userId: string): string => `${userId}-stream`;

/** Settings of the two jobs, as Databricks' Jobs API 2.2 takes them: batch, serving, quality in a row; and the stream. */
export function databricksJobs(options: JobSettingsOptions): Record<string, unknown>[] {
  const { userId, root, streamPaused } = options;
  const common = {
    tags: { pipeline: userId },
    max_concurrent_runs: 1,
    job_clusters: [{ job_cluster_key: 'main', new_cluster: clusterOf(options) }],
  };
  const task = (name: string, after?: string) => ({
    task_key: name,
    job_cluster_key: 'main',
    notebook_task: { notebook_path: `${root}/notebooks/${name}`, source: 'WORKSPACE' },
    ...(after && { depends_on: [{ task_key: after }] }),
  });
  return [
    {
      ...common,
      name: batchJobName(userId),
      parameters: parametersOf({ ...sharedParameters(options), ...batchParameters(options) }),
      queue: { enabled: true },
      // Airflow does not bound a deferred wait; this does.
      timeout_seconds: 3 * 3600,
      tasks: [task('batch'), task('serving', 'batch'), task('quality', 'serving')],
    },
    {
      ...common,
      name: streamJobName(userId),
      parameters: parametersOf({ ...sharedParameters(options), ...streamParameters(options) }),
      continuous: { pause_status: streamPaused ? 'PAUSED' : 'UNPAUSED', task_retry_mode: 'ON_FAILURE' },
      tasks: [task('stream')],
    },
  ];
}

function sharedParameters({ root, userId, names, bucketName }: JobSettingsOptions): Record<string, string> {
  return {
    root,
    schema: `pinterest_${userId.replaceAll('-', '_')}`,
    speed_tables: JSON.stringify(names.tables),
    checkpoints_path: `s3://${bucketName}/databricks/checkpoints`,
    tables_path: `s3://${bucketName}/databricks/tables`,
  };
}

function batchParameters({ names, bucketName }: JobSettingsOptions): Record<string, string> {
  return { run_date: '', topics_path: `s3://${bucketName}/topics`, topics: JSON.stringify(names.topics) };
}

function streamParameters({ names, region }: JobSettingsOptions): Record<string, string> {
  return { streams: JSON.stringify(names.streams), region };
}

function parametersOf(values: Record<string, string>): { name: string; default: string }[] {
  return Object.entries(values).map(([name, value]) => ({ name, default: value }));
}

function clusterOf({
  sparkVersion,
  nodeType,
  workers,
  instanceProfileArn,
}: JobSettingsOptions): Record<string, unknown> {
  const alone = { 'spark.databricks.cluster.profile': 'singleNode', 'spark.master': 'local[*]' };
  return {
    spark_version: sparkVersion,
    node_type_id: nodeType,
    num_workers: workers,
    // Instance profiles work in this mode only.
    data_security_mode: 'SINGLE_USER',
    aws_attributes: { instance_profile_arn: instanceProfileArn, availability: 'ON_DEMAND' },
    spark_conf: {
      'spark.sql.ansi.enabled': 'true',
      'spark.sql.session.timeZone': 'UTC',
      ...(workers === 0 && alone),
    },
    ...(workers === 0 && { custom_tags: { ResourceClass: 'SingleNode' } }),
  };
}
