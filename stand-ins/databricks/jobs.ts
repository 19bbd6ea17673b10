import { z } from 'zod';
import { invalidParameter } from './api-error';
import { Int64 } from './int64';
import { checkJob } from './job-rules';
import { type JobSettings, jobSettings } from './job-settings';
import { type Outcome, type Run, Runs } from './runs';

export interface Job {
  readonly jobId: string;
  readonly createdTime: number;
  settings: JobSettings;
}

/** An id in a body: a bare number, as the service documents it. Text is refused. */
const idInBody = z.strictObject({ int64: z.string() }).transform((id) => id.int64);
/** An id in a query string, or in the JSON body of a GET, which Airflow's trigger sends. */
export const idInQuery = z.union([z.string().regex(/^\d+$/), idInBody]);
export const flag = z
  .union([z.boolean(), z.string().regex(/^(true|false)$/i)])
  .transform((value) => String(value).toLowerCase() === 'true');
const wholeNumber = z.union([z.int(), z.string().regex(/^\d+$/)]).transform(Number);

const permission = z.strictObject({
  user_name: z.string().optional(),
  group_name: z.string().optional(),
  service_principal_name: z.string().optional(),
  permission_level: z.enum(['CAN_VIEW', 'CAN_MANAGE_RUN', 'CAN_MANAGE', 'IS_OWNER']),
});

export const createRequest = jobSettings.extend({ access_control_list: z.array(permission).optional() });
export const resetRequest = z.strictObject({ job_id: idInBody, new_settings: jobSettings });
export const updateRequest = z.strictObject({
  job_id: idInBody,
  new_settings: jobSettings.partial().optional(),
  fields_to_remove: z.array(z.string()).optional(),
});
export const deleteRequest = z.strictObject({ job_id: idInBody });
export const getRequest = z.strictObject({ job_id: idInQuery, page_token: z.string().optional() });
export const listRequest = z.strictObject({
  name: z.string().optional(),
  limit: wholeNumber.pipe(z.int().min(1).max(100)).default(20),
  page_token: z.string().optional(),
  expand_tasks: flag.optional(),
  include_user_names: flag.optional(),
});
export const runNowRequest = z.strictObject({
  job_id: idInBody,
  job_parameters: z.record(z.string(), z.string()).default({}),
  idempotency_token: z.string().min(1).max(64).optional(),
  queue: z.strictObject({ enabled: z.boolean() }).optional(),
  only: z.array(z.string()).optional(),
});
export const cancelAllRequest = z.strictObject({ job_id: idInBody, all_queued_runs: z.boolean().optional() });
export const cancelRequest = z.strictObject({ run_id: idInBody });

/** What the service adds to settings that left them out, as seen when they are read back. */
const DEFAULTS = { format: 'MULTI_TASK', timeout_seconds: 0, max_concurrent_runs: 1, email_notifications: {} } as const;

/** The jobs of a workspace. Each method is one call of the Jobs API; its argument has passed the schema above. */
export class Jobs {
  readonly runs: Runs;
  readonly outcomes: Outcome[] = [];
  private readonly jobs = new Map<string, Job>();
  private readonly tokens = new Map<string, Run>();
  private next: bigint;

  constructor(
    private readonly host: () => string,
    private readonly isRegistered: (instanceProfileArn: string) => boolean,
    private readonly hasNotebook: (path: string) => boolean,
    private readonly now: () => number,
    firstId: bigint,
  ) {
    this.next = firstId;
    this.runs = new Runs(firstId + 1_000_000n);
  }

  all(): readonly Job[] {
    return [...this.jobs.values()];
  }

  create({ access_control_list: _permissions, ...settings }: z.infer<typeof createRequest>): object {
    checkJob(settings, this.isRegistered);
    const job: Job = { jobId: String(this.next), createdTime: this.now(), settings };
    this.next += 1n;
    this.jobs.set(job.jobId, job);
    this.keepContinuousRunning(job);
    return { job_id: new Int64(job.jobId) };
  }

  reset({ job_id, new_settings }: z.infer<typeof resetRequest>): object {
    const job = this.find(job_id);
    checkJob(new_settings, this.isRegistered);
    job.settings = new_settings;
    this.keepContinuousRunning(job);
    return {};
  }

  /** Replaces top-level fields whole. The service also merges `tasks` and `job_clusters` by key: refused here, use reset. */
  update({ job_id, new_settings = {}, fields_to_remove = [] }: z.infer<typeof updateRequest>): object {
    const job = this.find(job_id);
    if (new_settings.tasks !== undefined || new_settings.job_clusters !== undefined) {
      throw invalidParameter(
        'update merges tasks and job_clusters by key, which leaves dropped ones behind: use reset',
      );
    }
    const kept = Object.entries({ ...job.settings, ...new_settings }).filter(
      ([key]) => !fields_to_remove.includes(key),
    );
    const settings = jobSettings.parse(Object.fromEntries(kept));
    checkJob(settings, this.isRegistered);
    job.settings = settings;
    this.keepContinuousRunning(job);
    return {};
  }

  /** Active runs of the job go on, as on the service: cancel them first. */
  delete({ job_id }: z.infer<typeof deleteRequest>): object {
    this.find(job_id);
    this.jobs.delete(job_id);
    return {};
  }

  get({ job_id }: z.infer<typeof getRequest>): object {
    return this.describe(this.find(job_id), true);
  }

  list({ name, limit, page_token, expand_tasks }: z.infer<typeof listRequest>, version: string): object {
    const wanted = this.all()
      .filter((job) => name === undefined || name === '' || job.settings.name.toLowerCase() === name.toLowerCase())
      .reverse();
    const from = page_token === undefined || page_token === '' ? 0 : pageStart(page_token);
    const page = wanted.slice(from, from + limit);
    const more = from + limit < wanted.length;
    return {
      // Empty lists are left out, as everywhere in this API.
      ...(page.length > 0 && { jobs: page.map((job) => this.describe(job, expand_tasks === true)) }),
      ...(more && { next_page_token: Buffer.from(`from:${from + limit}`).toString('base64url') }),
      ...(version === '2.1' && { has_more: more }),
    };
  }

  runNow(request: z.infer<typeof runNowRequest>): object {
    const job = this.find(request.job_id);
    const declared = new Set((job.settings.parameters ?? []).map((parameter) => parameter.name));
    const unknown = Object.keys(request.job_parameters).find((name) => !declared.has(name));
    if (unknown !== undefined) throw invalidParameter(`Job ${job.jobId} has no parameter ${unknown}`);
    const known = request.idempotency_token === undefined ? undefined : this.tokens.get(request.idempotency_token);
    const run = known ?? this.start(job, request);
    if (request.idempotency_token !== undefined) this.tokens.set(request.idempotency_token, run);
    return { run_id: new Int64(run.runId), number_in_job: new Int64(run.runId) };
  }

  cancelAll({ job_id }: z.infer<typeof cancelAllRequest>): object {
    const job = this.find(job_id);
    for (const run of this.runs.active(job_id)) run.cancelled = true;
    this.keepContinuousRunning(job);
    return {};
  }

  cancel({ run_id }: z.infer<typeof cancelRequest>): object {
    this.runs.find(run_id).cancelled = true;
    return {};
  }

  private start(job: Job, { job_parameters, queue }: z.infer<typeof runNowRequest>): Run {
    const limit = job.settings.max_concurrent_runs ?? DEFAULTS.max_concurrent_runs;
    const full = this.runs.active(job.jobId).length >= limit;
    const queued = (queue ?? job.settings.queue)?.enabled === true;
    const missing = job.settings.tasks.find((task) => !this.hasNotebook(task.notebook_task.notebook_path));
    const planned = this.outcomes.shift() ?? {};
    const outcome = full && !queued ? SKIPPED : missing === undefined ? planned : noNotebook(missing);
    const defaults = Object.fromEntries((job.settings.parameters ?? []).map((each) => [each.name, each.default]));
    return this.runs.start({
      jobId: job.jobId,
      parameters: { ...defaults, ...job_parameters },
      taskKeys: job.settings.tasks.map((task) => task.task_key),
      outcome:
        full && queued ? { ...outcome, states: ['QUEUED', ...(outcome.states ?? ['PENDING', 'RUNNING'])] } : outcome,
    });
  }

  /** A continuous job that is not paused always has a run that never ends by itself. */
  private keepContinuousRunning(job: Job): void {
    const { continuous, tasks } = job.settings;
    if (continuous === undefined || continuous.pause_status === 'PAUSED' || this.runs.active(job.jobId).length > 0)
      return;
    const states = Array.from({ length: 10_000 }, () => 'RUNNING');
    this.runs.start({
      jobId: job.jobId,
      parameters: {},
      taskKeys: tasks.map((task) => task.task_key),
      outcome: { states },
    });
  }

  private find(jobId: string): Job {
    const job = this.jobs.get(jobId);
    if (job === undefined) throw invalidParameter(`Job ${jobId} does not exist.`);
    return job;
  }

  private describe(job: Job, withTasks: boolean): object {
    const { tasks, job_clusters, ...rest } = { ...DEFAULTS, ...job.settings };
    return {
      job_id: new Int64(job.jobId),
      creator_user_name: 'stand-in@example.com',
      created_time: job.createdTime,
      settings: withTasks ? { ...rest, tasks, ...(job_clusters !== undefined && { job_clusters }) } : rest,
      run_page_url: `${this.host()}/#job/${job.jobId}`,
    };
  }
}

const SKIPPED: Outcome = { states: ['SKIPPED'], result: 'MAXIMUM_CONCURRENT_RUNS_REACHED' };

function noNotebook(task: JobSettings['tasks'][number]): Outcome {
  const path = task.notebook_task.notebook_path;
  const message = `Unable to access the notebook "${path}". Either it does not exist, or the identity used to run this job lacks the required permissions.`;
  return { states: ['INTERNAL_ERROR'], result: 'FAILED', message, failedTask: task.task_key, error: message };
}

function pageStart(token: string): number {
  const found = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (found === null) throw invalidParameter(`Invalid page token: ${token}`);
  return Number(found[1]);
}
