import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Application, Applications } from './applications';
import { type Execute, type JobRun, JobRuns } from './job-runs';
import { invalid, notFound, Refusal } from './refusal';

export type { Execute, JobRun } from './job-runs';
export type { JobRunRequest } from './shapes';

export interface EmrOptions {
  readonly region: string;
  readonly account: string;
  /** Does a run's work. @default - each run ends well at once */
  readonly execute?: Execute;
}

export interface Emr {
  readonly url: string;
  readonly applications: Applications;
  readonly runs: JobRuns;
  /** `Operation` of each call, in order, with the status that it was answered. */
  readonly calls: readonly (readonly [operation: string, status: number])[];
  close(): Promise<void>;
}

/**
 * Stands for EMR Serverless: applications and runs in its own REST API, on a free port of 127.0.0.1. Strict: fields that it does
 * not know are refused, and an application that is started is neither changed nor deleted.
 */
export async function startEmr({
  region,
  account,
  execute = async () => ({ code: 0, said: '' }),
}: EmrOptions): Promise<Emr> {
  const runs = new JobRuns(execute);
  const applications = new Applications({ region, account }, (applicationId) => runs.unended(applicationId));
  const calls: (readonly [string, number])[] = [];
  const routes = routesOf(applications, runs);

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    let operation = `${request.method} ${url.pathname}`;
    const answer = (status: number, body: object, headers: Record<string, string> = {}) => {
      calls.push([operation, status]);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };
    try {
      const route = routes.find(({ method, path }) => method === request.method && path.test(url.pathname));
      if (!route) throw notFound(`no operation at ${operation}`);
      operation = route.operation;
      const parts = route.path.exec(url.pathname)!.slice(1).map(decodeURIComponent);
      answer(200, route.answer(parts, await jsonOf(request), url.searchParams));
    } catch (error) {
      const { status, code, message } =
        error instanceof Refusal ? error : new Refusal(500, 'InternalServerException', String(error));
      answer(status, { message }, { 'x-amzn-errortype': code });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    applications,
    runs,
    calls,
    async close() {
      await runs.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (parts: string[], input: unknown, query: URLSearchParams) => object;
}

function routesOf(applications: Applications, runs: JobRuns): Route[] {
  const route = (operation: string, method: string, path: RegExp, answer: Route['answer']): Route => ({
    operation,
    method,
    path,
    answer,
  });
  const APPLICATION = /^\/applications\/([^/]+)$/;
  const RUNS = /^\/applications\/([^/]+)\/jobruns$/;
  const RUN = /^\/applications\/([^/]+)\/jobruns\/([^/]+)$/;
  const TAGS = /^\/tags\/(.+)$/;
  return [
    route('CreateApplication', 'POST', /^\/applications$/, (_, input) => {
      const { applicationId, arn, settings } = applications.create(input);
      return { applicationId, arn, name: settings.name };
    }),
    route('ListApplications', 'GET', /^\/applications$/, () => ({ applications: applications.list().map(summaryOf) })),
    route('GetApplication', 'GET', APPLICATION, ([id]) => ({ application: described(applications.get(id!)) })),
    route('UpdateApplication', 'PATCH', APPLICATION, ([id], input) => ({
      application: described(applications.update(id!, input)),
    })),
    route('DeleteApplication', 'DELETE', APPLICATION, ([id]) => {
      applications.delete(id!);
      return {};
    }),
    route('StartApplication', 'POST', /^\/applications\/([^/]+)\/start$/, ([id]) => {
      applications.start(id!);
      return {};
    }),
    route('StopApplication', 'POST', /^\/applications\/([^/]+)\/stop$/, ([id]) => {
      applications.stop(id!);
      return {};
    }),
    route('StartJobRun', 'POST', RUNS, ([id], input) => {
      const { applicationId, jobRunId, arn } = runs.start(applications, id!, input);
      return { applicationId, jobRunId, arn };
    }),
    route('ListJobRuns', 'GET', RUNS, ([id], _, query) => {
      const states = query.getAll('states');
      const found = runs.of(applications.get(id!).applicationId);
      const wanted = found.filter(({ state }) => states.length === 0 || states.includes(state));
      return { jobRuns: wanted.map((run) => ({ ...runOf(run, applications), id: run.jobRunId })).reverse() };
    }),
    route('GetJobRun', 'GET', RUN, ([id, run]) => ({ jobRun: runOf(runs.get(id!, run!), applications) })),
    route('CancelJobRun', 'DELETE', RUN, ([id, run]) => {
      const { applicationId, jobRunId } = runs.cancel(id!, run!);
      return { applicationId, jobRunId };
    }),
    route('TagResource', 'POST', TAGS, ([arn], input) => {
      const { tags, ...others } = (input ?? {}) as { tags?: Record<string, string> };
      if (!tags || Object.keys(others).length > 0) throw invalid('tags: they are required, and nothing else is known');
      Object.assign(applications.byArn(arn!).tags, tags);
      return {};
    }),
    route('UntagResource', 'DELETE', TAGS, ([arn], _, query) => {
      const { tags } = applications.byArn(arn!);
      for (const key of query.getAll('tagKeys')) delete tags[key];
      return {};
    }),
  ];
}

function summaryOf({ applicationId, arn, settings, state }: Application): object {
  const { name, releaseLabel } = settings;
  return { id: applicationId, arn, name, releaseLabel, type: 'Spark', state, createdAt: 0, updatedAt: 0 };
}

function described({ applicationId, arn, settings, state, tags }: Application): object {
  return { applicationId, arn, ...settings, type: 'Spark', state, tags, createdAt: 0, updatedAt: 0 };
}

function runOf(run: JobRun, applications: Applications): object {
  const { applicationId, jobRunId, arn, request, createdAt, updatedAt, state, stateDetails } = run;
  const { releaseLabel } = applications.get(applicationId).settings;
  const { name, mode = 'BATCH', executionRoleArn: executionRole, jobDriver } = request;
  return {
    applicationId,
    jobRunId,
    arn,
    name,
    mode,
    executionRole,
    jobDriver,
    releaseLabel,
    createdBy: arn,
    createdAt,
    updatedAt,
    state,
    stateDetails,
  };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('the body is no JSON');
  }
}
