import { invalidParameter } from './api-error';
import { Int64 } from './int64';

/** How a run will go. Runs advance one state each time they are asked about, so no test waits for a clock. */
export interface Outcome {
  /** @default 'SUCCESS' */
  readonly result?: string;
  /** States reported before TERMINATED, one per question. @default ['PENDING', 'RUNNING'] */
  readonly states?: readonly string[];
  /** `state_message` of the finished run. */
  readonly message?: string;
  /** Task that failed; `runs/get-output` of that task answers `error`. @default the first task, when result is FAILED */
  readonly failedTask?: string;
  readonly error?: string;
}

export interface Run {
  readonly runId: string;
  readonly jobId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly taskKeys: readonly string[];
  readonly outcome: Outcome;
  /** How often it was asked about; its place in `states`. */
  asked: number;
  cancelled: boolean;
}

/** Runs of all jobs, oldest first. */
export class Runs {
  private readonly runs = new Map<string, Run>();
  private next: bigint;

  constructor(firstRunId: bigint) {
    this.next = firstRunId;
  }

  start(run: Omit<Run, 'runId' | 'asked' | 'cancelled'>): Run {
    const started: Run = { ...run, runId: String(this.next), asked: 0, cancelled: false };
    // Each run keeps room for the ids of its tasks.
    this.next += BigInt(run.taskKeys.length + 1);
    this.runs.set(started.runId, started);
    return started;
  }

  all(): readonly Run[] {
    return [...this.runs.values()];
  }

  active(jobId: string): readonly Run[] {
    return this.all().filter((run) => run.jobId === jobId && !isTerminal(lifeCycleOf(run)));
  }

  find(runId: string): Run {
    return this.runs.get(runId) ?? notThere(runId);
  }

  /** What `runs/get` answers; asking moves the run on by one state. */
  describe(runId: string, host: string): object {
    const run = this.find(runId);
    const described = { ...summary(run, host), tasks: run.taskKeys.map((key, at) => taskOf(run, key, at)) };
    run.asked += 1;
    return described;
  }

  /** One page entry of `runs/list`; asking does not move the run on. */
  list(jobId: string | undefined, activeOnly: boolean, host: string): object[] {
    return this.all()
      .filter((run) => jobId === undefined || run.jobId === jobId)
      .filter((run) => !activeOnly || !isTerminal(lifeCycleOf(run)))
      .reverse()
      .map((run) => summary(run, host));
  }

  /** What `runs/get-output` answers for one task run. */
  output(taskRunId: string): object {
    for (const run of this.runs.values()) {
      const at = run.taskKeys.findIndex((_, index) => taskRunId === idOfTask(run, index));
      if (at < 0) continue;
      return run.taskKeys[at] === failedTaskOf(run)
        ? { error: run.outcome.error ?? 'the task failed' }
        : { notebook_output: {} };
    }
    return notThere(taskRunId);
  }
}

const TERMINAL = ['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'];
const isTerminal = (lifeCycle: string) => TERMINAL.includes(lifeCycle);

export function lifeCycleOf(run: Run): string {
  if (run.cancelled) return 'TERMINATED';
  return (run.outcome.states ?? ['PENDING', 'RUNNING'])[run.asked] ?? 'TERMINATED';
}

function stateOf(run: Run): object {
  const lifeCycle = lifeCycleOf(run);
  if (!isTerminal(lifeCycle))
    return { life_cycle_state: lifeCycle, state_message: '', user_cancelled_or_timedout: false };
  return {
    life_cycle_state: lifeCycle,
    result_state: run.cancelled ? 'CANCELED' : (run.outcome.result ?? 'SUCCESS'),
    state_message: run.outcome.message ?? '',
    user_cancelled_or_timedout: run.cancelled,
  };
}

function failedTaskOf(run: Run): string | undefined {
  if ((run.outcome.result ?? 'SUCCESS') === 'SUCCESS') return undefined;
  return run.outcome.failedTask ?? run.taskKeys[0];
}

function summary(run: Run, host: string): object {
  return {
    job_id: new Int64(run.jobId),
    run_id: new Int64(run.runId),
    number_in_job: new Int64(run.runId),
    state: stateOf(run),
    run_page_url: `${host}/?o=0#job/${run.jobId}/run/${run.runId}`,
    run_type: 'JOB_RUN',
    format: 'MULTI_TASK',
    job_parameters: Object.entries(run.parameters).map(([name, value]) => ({ name, value })),
  };
}

function taskOf(run: Run, key: string, at: number): object {
  const state =
    key === failedTaskOf(run)
      ? stateOf(run)
      : { ...stateOf(run), ...(isTerminal(lifeCycleOf(run)) && !run.cancelled && { result_state: 'SUCCESS' }) };
  return { run_id: new Int64(idOfTask(run, at)), task_key: key, state };
}

const idOfTask = (run: Run, at: number) => String(BigInt(run.runId) + BigInt(at + 1));

function notThere(runId: string): never {
  throw invalidParameter(`Run ${runId} does not exist.`);
}
