import { randomBytes } from 'node:crypto';
import type { Application, Applications } from './applications';
import { checked, conflict, invalid, notFound } from './refusal';
import { type JobRunRequest, startJobRun } from './shapes';

export type JobRunState = 'SUBMITTED' | 'QUEUED' | 'RUNNING' | 'SUCCESS' | 'FAILED' | 'CANCELLED';

export interface JobRun {
  readonly applicationId: string;
  readonly jobRunId: string;
  readonly arn: string;
  readonly request: JobRunRequest;
  readonly createdAt: number;
  updatedAt: number;
  state: JobRunState;
  stateDetails: string;
  readonly cancelling: AbortController;
}

/** Does a run's work. Resolves to its exit code and last words; is told when the run is cancelled. */
export type Execute = (request: JobRunRequest, cancelled: AbortSignal) => Promise<{ code: number; said: string }>;

const ENDED: readonly JobRunState[] = ['SUCCESS', 'FAILED', 'CANCELLED'];

/** Runs: as many of an application at once as it allows, the next ones queued. */
export class JobRuns {
  private readonly all: JobRun[] = [];
  private readonly tokens = new Map<string, JobRun>();

  constructor(private readonly execute: Execute) {}

  unended(applicationId: string): number {
    return this.of(applicationId).filter(({ state }) => !ENDED.includes(state)).length;
  }

  of(applicationId: string): JobRun[] {
    return this.all.filter((run) => run.applicationId === applicationId);
  }

  get(applicationId: string, jobRunId: string): JobRun {
    const run = this.of(applicationId).find((each) => each.jobRunId === jobRunId);
    if (!run) throw notFound(`Job run ${jobRunId} does not exist.`);
    return run;
  }

  start(applications: Applications, applicationId: string, input: unknown): JobRun {
    const application = applications.get(applicationId);
    const request = checked(startJobRun, input);
    const known = this.tokens.get(`${applicationId} ${request.clientToken}`);
    if (known) {
      if (JSON.stringify(known.request) !== JSON.stringify(request))
        throw conflict('The client token was used with other parameters.');
      return known;
    }
    if (application.state !== 'STARTED') {
      if (application.settings.autoStartConfiguration?.enabled === false)
        throw invalid(`Application ${applicationId} is ${application.state} and does not start by itself.`);
      applications.start(applicationId);
    }
    const jobRunId = `00${randomBytes(7).toString('hex')}`;
    const now = Date.now() / 1000;
    const run: JobRun = {
      applicationId,
      jobRunId,
      arn: `${application.arn}/jobruns/${jobRunId}`,
      request,
      createdAt: now,
      updatedAt: now,
      state: 'SUBMITTED',
      stateDetails: '',
      cancelling: new AbortController(),
    };
    this.all.push(run);
    this.tokens.set(`${applicationId} ${request.clientToken}`, run);
    this.advance(application);
    return run;
  }

  cancel(applicationId: string, jobRunId: string): JobRun {
    const run = this.get(applicationId, jobRunId);
    if (ENDED.includes(run.state)) throw invalid(`Job run ${jobRunId} has ended: ${run.state}.`);
    if (run.state === 'RUNNING') run.cancelling.abort();
    else this.settle(run, 'CANCELLED', '');
    return run;
  }

  /** Ends all that goes on. */
  async close(): Promise<void> {
    for (const run of this.all) if (!ENDED.includes(run.state)) run.cancelling.abort();
    await Promise.allSettled(this.working);
  }

  private readonly working = new Set<Promise<void>>();

  private advance(application: Application): void {
    const most = application.settings.schedulerConfiguration?.maxConcurrentRuns ?? 15;
    const runs = this.of(application.applicationId);
    let running = runs.filter(({ state }) => state === 'RUNNING').length;
    for (const run of runs) {
      if (run.state !== 'SUBMITTED' && run.state !== 'QUEUED') continue;
      if (running >= most) {
        this.settle(run, 'QUEUED', '');
        continue;
      }
      running++;
      this.settle(run, 'RUNNING', '');
      const work = this.work(run).finally(() => {
        this.working.delete(work);
        this.advance(application);
      });
      this.working.add(work);
    }
  }

  private async work(run: JobRun): Promise<void> {
    try {
      const { code, said } = await this.execute(run.request, run.cancelling.signal);
      if (run.cancelling.signal.aborted) return this.settle(run, 'CANCELLED', '');
      if (code === 0) return this.settle(run, 'SUCCESS', '');
      this.settle(
        run,
        'FAILED',
        `Job failed, please check complete logs in configured logging destination. ExitCode: ${code}. Last few exceptions: ${said}`,
      );
    } catch (error) {
      this.settle(run, run.cancelling.signal.aborted ? 'CANCELLED' : 'FAILED', String(error));
    }
  }

  private settle(run: JobRun, state: JobRunState, details: string): void {
    run.state = state;
    run.stateDetails = details;
    run.updatedAt = Date.now() / 1000;
  }
}
