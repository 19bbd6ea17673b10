import { invalidParameter } from './api-error';
import { instanceProfilesOf, type JobSettings } from './job-settings';

/**
 * Refuses settings whose parts contradict each other: what a schema of single fields cannot see.
 *
 * @throws ApiError 400 `INVALID_PARAMETER_VALUE` with the first contradiction.
 */
export function checkJob(settings: JobSettings, isRegistered: (instanceProfileArn: string) => boolean): void {
  const problem =
    repeated(
      'task_key',
      settings.tasks.map((task) => task.task_key),
    ) ??
    repeated(
      'job_cluster_key',
      (settings.job_clusters ?? []).map((cluster) => cluster.job_cluster_key),
    ) ??
    repeated(
      'parameter',
      (settings.parameters ?? []).map((parameter) => parameter.name),
    ) ??
    unknownReference(settings) ??
    cycle(settings) ??
    continuousProblem(settings) ??
    accessModeProblem(settings);
  if (problem !== undefined) throw invalidParameter(problem);
  for (const arn of instanceProfilesOf(settings)) {
    if (!isRegistered(arn)) throw invalidParameter(`Instance profile ${arn} is not registered in this workspace.`);
  }
}

function repeated(what: string, values: readonly string[]): string | undefined {
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  return twice === undefined ? undefined : `Duplicate ${what}: ${twice}`;
}

function unknownReference({ tasks, job_clusters = [], environments = [] }: JobSettings): string | undefined {
  for (const task of tasks) {
    const compute = [task.job_cluster_key, task.existing_cluster_id, task.new_cluster].filter(
      (each) => each !== undefined,
    );
    if (compute.length > 1) return `Task ${task.task_key} names more than one cluster`;
    if (
      task.job_cluster_key !== undefined &&
      !job_clusters.some((each) => each.job_cluster_key === task.job_cluster_key)
    ) {
      return `Task ${task.task_key} refers to unknown job_cluster_key ${task.job_cluster_key}`;
    }
    if (
      task.environment_key !== undefined &&
      !environments.some((each) => each.environment_key === task.environment_key)
    ) {
      return `Task ${task.task_key} refers to unknown environment_key ${task.environment_key}`;
    }
    for (const { task_key } of task.depends_on ?? []) {
      if (!tasks.some((each) => each.task_key === task_key))
        return `Task ${task.task_key} depends on unknown task ${task_key}`;
    }
  }
  return undefined;
}

function cycle({ tasks }: JobSettings): string | undefined {
  const left = new Map(tasks.map((task) => [task.task_key, (task.depends_on ?? []).map((each) => each.task_key)]));
  for (;;) {
    const ready = [...left].find(([, needs]) => needs.every((need) => !left.has(need)));
    if (ready === undefined) break;
    left.delete(ready[0]);
  }
  return left.size === 0 ? undefined : `Tasks depend on each other in a circle: ${[...left.keys()].join(', ')}`;
}

function continuousProblem(settings: JobSettings): string | undefined {
  if (settings.continuous === undefined) return undefined;
  if (settings.schedule !== undefined) return 'A job cannot have both schedule and continuous';
  if ((settings.max_concurrent_runs ?? 1) !== 1) return 'A continuous job must have max_concurrent_runs 1';
  const retrying = settings.tasks.find((task) => task.max_retries !== undefined);
  if (retrying !== undefined) return `Task ${retrying.task_key}: max_retries cannot be used in a continuous job`;
  // Whether the service still refuses this is not established; older pages say so, and a job that avoids it runs on both.
  const dependent = settings.tasks.find((task) => (task.depends_on ?? []).length > 0);
  if (dependent !== undefined) return `Task ${dependent.task_key}: depends_on cannot be used in a continuous job`;
  return undefined;
}

function accessModeProblem({ job_clusters = [] }: JobSettings): string | undefined {
  const dedicated = new Set(['SINGLE_USER', 'DATA_SECURITY_MODE_DEDICATED', 'NONE']);
  const wrong = job_clusters.find(
    ({ new_cluster: cluster }) =>
      cluster.aws_attributes?.instance_profile_arn !== undefined && !dedicated.has(cluster.data_security_mode ?? ''),
  );
  return wrong === undefined
    ? undefined
    : `Cluster ${wrong.job_cluster_key}: instance profiles need dedicated access mode`;
}
