import { z } from 'zod';

/**
 * Job settings as Databricks' Jobs API 2.2 documents them, for notebook jobs on job clusters or serverless.
 * Strict on purpose: the service forgives unknown fields, which hides typing errors, so the stand-in refuses them.
 */

const identifier = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/);
const parameterName = z.string().regex(/^[A-Za-z0-9_.-]+$/);
const seconds = z.int().min(0);
const emails = z.array(z.string().includes('@')).optional();
const destinations = z
  .array(z.strictObject({ id: z.string().min(1) }))
  .max(3)
  .optional();

/** First part of `spark_version`, such as 17.3.x-scala2.13 or 16.4.x-photon-scala2.12. */
const sparkVersion = z.string().regex(/^\d+(\.\d+)?\.x(-[a-z]+)*-scala2\.1[23]$/);

const instanceProfileArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:instance-profile\/.+$/);

const newCluster = z
  .strictObject({
    spark_version: sparkVersion,
    node_type_id: z.string().min(1),
    driver_node_type_id: z.string().min(1).optional(),
    num_workers: z.int().min(0).optional(),
    autoscale: z.strictObject({ min_workers: z.int().min(0), max_workers: z.int().min(1) }).optional(),
    data_security_mode: z
      .enum([
        'SINGLE_USER',
        'USER_ISOLATION',
        'NONE',
        'DATA_SECURITY_MODE_AUTO',
        'DATA_SECURITY_MODE_STANDARD',
        'DATA_SECURITY_MODE_DEDICATED',
      ])
      .optional(),
    single_user_name: z.string().min(1).optional(),
    aws_attributes: z
      .strictObject({
        instance_profile_arn: instanceProfileArn.optional(),
        availability: z.enum(['ON_DEMAND', 'SPOT', 'SPOT_WITH_FALLBACK']).optional(),
        zone_id: z.string().min(1).optional(),
        first_on_demand: z.int().min(0).optional(),
        ebs_volume_type: z.enum(['GENERAL_PURPOSE_SSD', 'THROUGHPUT_OPTIMIZED_HDD']).optional(),
        ebs_volume_count: z.int().min(0).max(10).optional(),
        ebs_volume_size: z.int().min(1).optional(),
      })
      .optional(),
    spark_conf: z.record(z.string(), z.string()).optional(),
    spark_env_vars: z.record(z.string(), z.string()).optional(),
    custom_tags: z.record(z.string(), z.string()).optional(),
    policy_id: z.string().min(1).optional(),
    enable_elastic_disk: z.boolean().optional(),
    enable_local_disk_encryption: z.boolean().optional(),
    runtime_engine: z.enum(['STANDARD', 'PHOTON']).optional(),
  })
  .refine((cluster) => (cluster.num_workers === undefined) !== (cluster.autoscale === undefined), {
    error: 'needs exactly one of num_workers and autoscale',
  });

const task = z.strictObject({
  task_key: identifier,
  description: z.string().optional(),
  depends_on: z.array(z.strictObject({ task_key: identifier, outcome: z.string().optional() })).optional(),
  run_if: z
    .enum(['ALL_SUCCESS', 'ALL_DONE', 'NONE_FAILED', 'AT_LEAST_ONE_SUCCESS', 'ALL_FAILED', 'AT_LEAST_ONE_FAILED'])
    .optional(),
  job_cluster_key: identifier.optional(),
  existing_cluster_id: z.string().min(1).optional(),
  new_cluster: newCluster.optional(),
  environment_key: identifier.optional(),
  notebook_task: z.strictObject({
    // A NOTEBOOK object has no extension; a path with one names a FILE, which a notebook task cannot run.
    notebook_path: z.string().regex(/^\/(?!.*\.(py|sql|r|scala|ipynb)$).+$/i),
    source: z.enum(['WORKSPACE', 'GIT']).optional(),
    base_parameters: z.record(z.string(), z.string()).optional(),
    warehouse_id: z.string().optional(),
  }),
  max_retries: z.int().min(-1).optional(),
  min_retry_interval_millis: z.int().min(0).optional(),
  retry_on_timeout: z.boolean().optional(),
  timeout_seconds: seconds.optional(),
  email_notifications: z.strictObject({ on_start: emails, on_success: emails, on_failure: emails }).optional(),
});

export const jobSettings = z.strictObject({
  name: z
    .string()
    .min(1)
    .refine((name) => Buffer.byteLength(name) <= 4096, { error: 'is longer than 4096 bytes' }),
  description: z.string().optional(),
  tags: z
    .record(z.string(), z.string())
    .refine((tags) => Object.keys(tags).length <= 25, { error: 'has more than 25 tags' })
    .optional(),
  max_concurrent_runs: z.int().min(0).max(1000).optional(),
  queue: z.strictObject({ enabled: z.boolean() }).optional(),
  timeout_seconds: seconds.optional(),
  parameters: z.array(z.strictObject({ name: parameterName, default: z.string() })).optional(),
  job_clusters: z
    .array(z.strictObject({ job_cluster_key: identifier, new_cluster: newCluster }))
    .max(100)
    .optional(),
  environments: z
    .array(
      z.strictObject({
        environment_key: identifier,
        spec: z.strictObject({
          environment_version: z.string().regex(/^\d+$/),
          dependencies: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
  performance_target: z.enum(['STANDARD', 'PERFORMANCE_OPTIMIZED']).optional(),
  tasks: z.array(task).min(1).max(1000),
  schedule: z
    .strictObject({
      quartz_cron_expression: z.string().min(1),
      timezone_id: z.string().min(1),
      pause_status: z.enum(['PAUSED', 'UNPAUSED']).optional(),
    })
    .optional(),
  continuous: z
    .strictObject({
      pause_status: z.enum(['PAUSED', 'UNPAUSED']).optional(),
      task_retry_mode: z.enum(['NEVER', 'ON_FAILURE']).optional(),
    })
    .optional(),
  email_notifications: z
    .strictObject({
      on_start: emails,
      on_success: emails,
      on_failure: emails,
      on_duration_warning_threshold_exceeded: emails,
      on_streaming_backlog_exceeded: emails,
      no_alert_for_skipped_runs: z.boolean().optional(),
    })
    .optional(),
  webhook_notifications: z
    .strictObject({
      on_start: destinations,
      on_success: destinations,
      on_failure: destinations,
      on_duration_warning_threshold_exceeded: destinations,
      on_streaming_backlog_exceeded: destinations,
    })
    .optional(),
  notification_settings: z
    .strictObject({
      no_alert_for_skipped_runs: z.boolean().optional(),
      no_alert_for_canceled_runs: z.boolean().optional(),
    })
    .optional(),
  health: z
    .strictObject({
      rules: z.array(
        z.strictObject({
          metric: z.enum([
            'RUN_DURATION_SECONDS',
            'STREAMING_BACKLOG_BYTES',
            'STREAMING_BACKLOG_RECORDS',
            'STREAMING_BACKLOG_SECONDS',
            'STREAMING_BACKLOG_FILES',
          ]),
          op: z.literal('GREATER_THAN'),
          value: z.int(),
        }),
      ),
    })
    .optional(),
  run_as: z
    .strictObject({ service_principal_name: z.string().optional(), user_name: z.string().optional() })
    .optional(),
  format: z.enum(['SINGLE_TASK', 'MULTI_TASK']).optional(),
});

export type JobSettings = z.infer<typeof jobSettings>;

/** Every instance profile that the settings name, each once. */
export function instanceProfilesOf(settings: JobSettings): string[] {
  const clusters = [
    ...(settings.job_clusters ?? []).map((cluster) => cluster.new_cluster),
    ...settings.tasks.flatMap((each) => (each.new_cluster === undefined ? [] : [each.new_cluster])),
  ];
  const arns = clusters.flatMap((cluster) => cluster.aws_attributes?.instance_profile_arn ?? []);
  return [...new Set(arns)];
}
