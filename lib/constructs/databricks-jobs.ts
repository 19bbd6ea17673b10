import type { Names } from '@pipeline/datasets/names';
import { type ClusterInputs, newCluster } from './databricks-cluster';

/** An environment's values for the two jobs. Texts may contain CloudFormation tokens. */
export interface JobInputs {
  readonly userId: string;
  readonly names: Names;
  /** Workspace folder that holds `notebooks/` and `datasets/`, such as `/Workspace/Shared/pinterest/0a1b2c3d4e5f`. */
  readonly root: string;
  /** Where the sink writes: `s3://<bucket>/topics`. */
  readonly topicsPath: string;
  /** Folder of the streams' checkpoints, which only these jobs use: `s3://…` or `/Volumes/…`. */
  readonly checkpointsPath: string;
  /** Folder of the answers that the API serves: `s3://<bucket>/views`. */
  readonly viewsPath: string;
  /** Folder of the tables: `s3://…`. Left out: the catalog manages the tables. */
  readonly tablesPath?: string;
  /** Unity Catalog's name. Left out: the workspace's default. */
  readonly catalog?: string;
  /** @default 'pinterest' */
  readonly schema?: string;
  readonly region: string;
  /** Application id of a service principal, or a user's name. Left out: the owner of the secret, who creates the jobs. */
  readonly runAs?: string;
  readonly cluster: ClusterInputs;
  /** Greatest good number of each check of the quality notebook. Left out: the notebook's own numbers. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Whether to stop the streaming job, so that its cluster costs nothing. @default false */
  readonly streamPaused?: boolean;
  /** Address that Databricks writes to when a run fails. @default none */
  readonly alertEmails?: readonly string[];
}

/** Settings of one job, as `jobs/create` and `jobs/reset` of the Jobs API 2.2 take them. */
export interface JobDefinition {
  readonly name: string;
  readonly [setting: string]: unknown;
}

const HOUR = 3600;
/** Time between micro-batches. One takes some seconds and is a commit to every table, so a shorter time brings no row sooner. */
const STREAM_TRIGGER = '10 seconds';
/** What the index of the answers says about the run that wrote them. */
const RUN: Parameters = { as_of: '{{job.start_time.iso_datetime}}', run_id: '{{job.run_id}}' };
/** The notebooks' parameters that have a value. The notebooks check them. */
type Parameters = Readonly<Record<string, string>>;

/**
 * The batch job (batch, serving, quality, export, one after the other), which the DAG starts daily, and the streaming job, which runs all the time.
 *
 * @throws Error when the runtime is older than the notebooks need
 */
export function jobDefinitions(inputs: JobInputs): { readonly batch: JobDefinition; readonly stream: JobDefinition } {
  const { names } = inputs;
  const everywhere: Parameters = {
    root: inputs.root,
    speed_tables: JSON.stringify(names.tables),
    catalog: inputs.catalog ?? '',
    schema: inputs.schema ?? 'pinterest',
    tables_path: inputs.tablesPath ?? '',
  };
  // `yes`, in a run by hand after a change of rules, cleans all records again.
  const checkpoints: Parameters = { checkpoints_path: inputs.checkpointsPath, rebuild: '' };
  const limits: Parameters = inputs.limits === undefined ? {} : { limits: JSON.stringify(inputs.limits) };
  return {
    batch: {
      ...common(inputs, names.jobs.batch),
      timeout_seconds: 3 * HOUR,
      parameters: listed({
        // Sent by the DAG; empty means today.
        run_date: '',
        topics_path: inputs.topicsPath,
        topics: JSON.stringify(names.topics),
        views_path: inputs.viewsPath,
        ...everywhere,
        ...checkpoints,
        ...limits,
      }),
      tasks: [
        { ...task(inputs.root, 'batch'), ...retriedOnce },
        { ...task(inputs.root, 'serving', 'batch'), ...retriedOnce },
        // Not retried: a second try would find the same.
        task(inputs.root, 'quality', 'serving'),
        // After quality, so that a run with too many findings leaves the last good answers.
        { ...task(inputs.root, 'export', 'quality', RUN), ...retriedOnce },
      ],
    },
    stream: {
      ...common(inputs, names.jobs.stream),
      continuous: { pause_status: inputs.streamPaused === true ? 'PAUSED' : 'UNPAUSED', task_retry_mode: 'ON_FAILURE' },
      parameters: listed({
        streams: JSON.stringify(names.streams),
        region: inputs.region,
        trigger: STREAM_TRIGGER,
        ...everywhere,
        ...checkpoints,
      }),
      // A continuous job cannot have retries, dependencies or a timeout.
      tasks: [task(inputs.root, 'stream')],
    },
  };
}

const CLUSTER_KEY = 'main';
const retriedOnce = { max_retries: 1, min_retry_interval_millis: 60_000, retry_on_timeout: false };

function common({ cluster, alertEmails = [], userId, runAs }: JobInputs, name: string): JobDefinition {
  return {
    name,
    tags: { project: 'pinterest-pipeline', user: userId },
    ...(runAs !== undefined && {
      run_as: runAs.includes('@') ? { user_name: runAs } : { service_principal_name: runAs },
    }),
    max_concurrent_runs: 1,
    // A run waits while another one is running.
    queue: { enabled: true },
    job_clusters: [{ job_cluster_key: CLUSTER_KEY, new_cluster: newCluster(cluster) }],
    ...(alertEmails.length > 0 && { email_notifications: { on_failure: [...alertEmails] } }),
  };
}

function task(root: string, notebook: string, after?: string, parameters?: Parameters): object {
  return {
    task_key: notebook,
    ...(after !== undefined && { depends_on: [{ task_key: after }] }),
    job_cluster_key: CLUSTER_KEY,
    notebook_task: {
      notebook_path: `${root}/notebooks/${notebook}`,
      source: 'WORKSPACE',
      ...(parameters !== undefined && { base_parameters: parameters }),
    },
  };
}

function listed(parameters: Parameters): { name: string; default: string }[] {
  return Object.entries(parameters).map(([name, value]) => ({ name, default: value }));
}
