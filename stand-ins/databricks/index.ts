import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';
import { Access, type Credentials } from './access';
import { ApiError, malformedRequest } from './api-error';
import { Catalogs, type Governed } from './catalogs';
import { type Fault, Faults, type fault } from './faults';
import { InstanceProfiles } from './instance-profiles';
import { parse, stringify } from './int64';
import { type Job, Jobs } from './jobs';
import { type Offered, Offers } from './offers';
import { type Parts, routeFor } from './routes';
import type { Outcome, Run } from './runs';
import { Workspace } from './workspace';

export interface DatabricksOptions extends Partial<Credentials>, Partial<Offered>, Partial<Governed> {
  /** Clock for token lifetimes and creation times, in ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** First job id. @default 9007199254740993, which is 2^53 + 1: a client that parses ids as doubles breaks */
  readonly firstJobId?: bigint;
}

/** One call as it arrived, with what was answered. The authorization header is left out. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON, ids as text; the raw text when it is no JSON; undefined when empty. */
  readonly body: unknown;
  readonly userAgent: string;
  /** 0 when the connection was closed without an answer. */
  readonly status: number;
}

/** A running stand-in. Everything that a call changes can be read here, in place of more calls. */
export interface Databricks extends Credentials {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly calls: readonly Call[];
  readonly jobs: () => readonly Job[];
  readonly runs: () => readonly Run[];
  readonly workspace: Workspace;
  readonly instanceProfiles: InstanceProfiles;
  readonly faults: Faults;
  /** Plans one failure: `failNext({ path: '/jobs/create', status: 503 })`. */
  failNext(planned: z.input<typeof fault>): void;
  /** Says how the next run that is started will go. Runs succeed where nothing is said. */
  nextRun(outcome: Outcome): void;
  /** Creates a job without HTTP, checked like any other, its notebooks put in place. Returns its id. */
  addJob(settings: unknown): string;
  close(): Promise<void>;
}

/** Starts the stand-in on a free port of 127.0.0.1. */
export async function startDatabricks(options: DatabricksOptions = {}): Promise<Databricks> {
  const now = options.now ?? Date.now;
  const credentials: Credentials = {
    token: options.token ?? 'dapi-stand-in',
    clientId: options.clientId ?? 'stand-in-client',
    clientSecret: options.clientSecret ?? 'stand-in-secret',
  };
  const access = new Access(credentials, now);
  const faults = new Faults();
  const workspace = new Workspace();
  const profiles = new InstanceProfiles();
  const offers = new Offers({
    admin: options.admin ?? true,
    sparkVersions: options.sparkVersions ?? ['16.4.x-scala2.12', '17.3.x-scala2.13', '18.0.x-scala2.13'],
    nodeTypes: options.nodeTypes ?? ['m5d.large', 'm6gd.large'],
  });
  const catalogs = new Catalogs({
    catalogs: options.catalogs ?? { main: ['ALL_PRIVILEGES'] },
    externalLocations: options.externalLocations ?? [],
  });
  const calls: Call[] = [];
  let url = '';
  const jobs = new Jobs(
    () => url,
    (arn) => profiles.has(arn),
    (path) => workspace.find(path)?.type === 'NOTEBOOK',
    now,
    options.firstJobId ?? 9_007_199_254_740_993n,
  );
  const parts: Parts = { jobs, workspace, profiles, offers, catalogs, host: () => url };

  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        const call = parseCall(request, body);
        const planned = faults.take(call.method, call.path);
        const answer =
          planned === undefined || planned.afterwards ? reply(parts, access, request, call, body, url) : undefined;
        const sent = planned === undefined ? answer! : faultAnswer(planned);
        calls.push({ ...call, body: idsAsText(call.body), status: sent?.status ?? 0 });
        if (sent === undefined) response.destroy();
        else send(response, sent);
      })
      .catch((error: unknown) => {
        send(response, { status: 500, body: { error_code: 'INTERNAL_ERROR', message: String(error) } });
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;

  return {
    ...credentials,
    url,
    port,
    calls,
    jobs: () => jobs.all(),
    runs: () => jobs.runs.all(),
    workspace,
    instanceProfiles: profiles,
    faults,
    failNext: (planned) => faults.plan(planned),
    nextRun: (outcome) => void jobs.outcomes.push(outcome),
    addJob(settings) {
      const created = routeFor('POST', '/api/2.2/jobs/create')!.route(parts, settings, '2.2') as {
        job_id: { digits: string };
      };
      const job = jobs.all().find((each) => each.jobId === created.job_id.digits)!;
      for (const { notebook_task } of job.settings.tasks) putNotebook(workspace, notebook_task.notebook_path);
      return job.jobId;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Parsed = Omit<Call, 'status'>;

/** Decides one call: token endpoint, then access, then the operation. */
function reply(
  parts: Parts,
  access: Access,
  request: IncomingMessage,
  call: Parsed,
  body: string,
  url: string,
): Answer {
  if (call.path === '/oidc/.well-known/oauth-authorization-server') {
    return { status: 200, body: { issuer: `${url}/oidc`, token_endpoint: `${url}/oidc/v1/token` } };
  }
  if (call.path === '/oidc/v1/token' && call.method === 'POST') {
    return access.issue(request.headers.authorization, new URLSearchParams(body));
  }
  try {
    access.check(request.headers.authorization);
    const found = routeFor(call.method, call.path);
    if (found === undefined)
      throw new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${call.method} ${call.path}'`);
    return { status: 200, body: found.route(parts, inputOf(call, request), found.version) };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    throw error;
  }
}

/** Query and JSON body as one object: a GET may carry either, and Airflow sends both kinds. */
function inputOf(call: Parsed, request: IncomingMessage): object {
  const { body } = call;
  if (body === undefined) {
    if (call.method === 'POST') throw malformedRequest('request: a JSON body is required');
    return call.query;
  }
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw malformedRequest(
      `request: content-type must be application/json, got ${request.headers['content-type'] ?? 'none'}`,
    );
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw malformedRequest('request: the body must be a JSON object');
  }
  return { ...call.query, ...body };
}

function parseCall(request: IncomingMessage, text: string): Parsed {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
  let body: unknown = text === '' ? undefined : text;
  try {
    if (text !== '') body = parse(text);
  } catch {
    // Kept as text: the operation refuses it, and the log shows what came.
  }
  return {
    method: request.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    body,
    userAgent: request.headers['user-agent'] ?? '',
  };
}

/** `{ int64: '7' }` as `'7'`, so that assertions read plainly. */
function idsAsText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('int64' in value) return value.int64;
  if (Array.isArray(value)) return value.map(idsAsText);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, idsAsText(each)]));
}

function faultAnswer(planned: Fault): Answer | undefined {
  return planned.hangUp ? undefined : { status: planned.status, headers: planned.headers, body: planned.body };
}

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const text = typeof body === 'string' ? body : stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers }).end(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

function putNotebook(workspace: Workspace, path: string): void {
  workspace.mkdirs({ path: path.slice(0, path.lastIndexOf('/')) || '/' });
  workspace.import({ path, format: 'SOURCE', language: 'PYTHON', content: '', overwrite: true });
}
