/** An environment's values for the cluster of a job. */
export interface ClusterInputs {
  /** Databricks runtime, 17.3 or later: the notebooks use functions of Spark 4. */
  readonly sparkVersion: string;
  readonly nodeType: string;
  /** Machines besides the driver. 0 runs everything on the driver. */
  readonly workers: number;
  /** Instance profile by which the cluster may use S3 and Kinesis. */
  readonly instanceProfileArn: string;
}

/** Tasks of a shuffle: a few for each machine. With Spark's default of 200, a micro-batch of twenty posts takes five times as long. */
const SHUFFLE_TASKS_PER_MACHINE = 4;

/**
 * The cluster that a job makes for its run, as `new_cluster` of the Jobs API 2.2 takes it.
 *
 * @throws Error when the runtime is older than the notebooks need
 */
export function newCluster({ sparkVersion, nodeType, workers, instanceProfileArn }: ClusterInputs): object {
  checkRuntime(sparkVersion);
  const alone = workers === 0;
  return {
    spark_version: sparkVersion,
    node_type_id: nodeType,
    num_workers: workers,
    // Instance profiles need dedicated access mode.
    data_security_mode: 'SINGLE_USER',
    aws_attributes: { instance_profile_arn: instanceProfileArn, availability: 'ON_DEMAND' },
    spark_conf: {
      'spark.sql.ansi.enabled': 'true',
      'spark.sql.session.timeZone': 'UTC',
      // A stream's checkpoint keeps the number of its first run.
      'spark.sql.shuffle.partitions': String(SHUFFLE_TASKS_PER_MACHINE * Math.max(1, workers)),
      ...(alone && { 'spark.databricks.cluster.profile': 'singleNode', 'spark.master': 'local[*]' }),
    },
    ...(alone && { custom_tags: { ResourceClass: 'SingleNode' } }),
  };
}

function checkRuntime(sparkVersion: string): void {
  const [, major = '', minor = '0'] = /^(\d+)(?:\.(\d+))?\.x-/.exec(sparkVersion) ?? [];
  if (Number(major) < 17 || (Number(major) === 17 && Number(minor) < 3)) {
    throw new Error(
      `databricks.sparkVersion must be 17.3.x-scala2.13 or later, as the notebooks need Spark 4, got ${sparkVersion}`,
    );
  }
}
