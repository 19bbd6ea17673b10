import { z } from 'zod';
import { malformedRequest } from './api-error';
import * as catalogs from './catalogs';
import * as profiles from './instance-profiles';
import * as jobs from './jobs';
import * as offers from './offers';
import * as workspace from './workspace';

/** The systems that a call can reach. */
export interface Parts {
  readonly jobs: jobs.Jobs;
  readonly workspace: workspace.Workspace;
  readonly profiles: profiles.InstanceProfiles;
  readonly offers: offers.Offers;
  readonly catalogs: catalogs.Catalogs;
  readonly host: () => string;
}

export type Route = (parts: Parts, input: unknown, version: string) => object;

const runsListRequest = z.strictObject({ job_id: jobs.idInQuery.optional(), active_only: jobs.flag.optional() });
const runsGetRequest = z.strictObject({ run_id: jobs.idInQuery });

const JOBS = ['2.1', '2.2'];
const WORKSPACE = ['2.0'];
const CLUSTERS = ['2.0', '2.1'];
const UNITY = ['2.1'];

/**
 * Every call that the stand-in knows: method and path after `/api/<version>`, versions that have it, what it does. For `*` at the
 * end the operation is given what stands there, as `rest`.
 */
const TABLE: readonly (readonly [string, readonly string[], Route])[] = [
  ['POST /jobs/create', JOBS, route(jobs.createRequest, (parts, input) => parts.jobs.create(input))],
  ['POST /jobs/reset', JOBS, route(jobs.resetRequest, (parts, input) => parts.jobs.reset(input))],
  ['POST /jobs/update', JOBS, route(jobs.updateRequest, (parts, input) => parts.jobs.update(input))],
  ['POST /jobs/delete', JOBS, route(jobs.deleteRequest, (parts, input) => parts.jobs.delete(input))],
  ['GET /jobs/get', JOBS, route(jobs.getRequest, (parts, input) => parts.jobs.get(input))],
  ['GET /jobs/list', JOBS, route(jobs.listRequest, (parts, input, version) => parts.jobs.list(input, version))],
  ['POST /jobs/run-now', JOBS, route(jobs.runNowRequest, (parts, input) => parts.jobs.runNow(input))],
  ['POST /jobs/runs/cancel', JOBS, route(jobs.cancelRequest, (parts, input) => parts.jobs.cancel(input))],
  ['POST /jobs/runs/cancel-all', JOBS, route(jobs.cancelAllRequest, (parts, input) => parts.jobs.cancelAll(input))],
  [
    'GET /jobs/runs/get',
    JOBS,
    route(runsGetRequest, (parts, input) => parts.jobs.runs.describe(input.run_id, parts.host())),
  ],
  ['GET /jobs/runs/get-output', JOBS, route(runsGetRequest, (parts, input) => parts.jobs.runs.output(input.run_id))],
  [
    'GET /jobs/runs/list',
    JOBS,
    route(runsListRequest, (parts, { job_id, active_only }) => {
      const runs = parts.jobs.runs.list(job_id, active_only === true, parts.host());
      return runs.length === 0 ? {} : { runs };
    }),
  ],
  ['POST /workspace/mkdirs', WORKSPACE, route(workspace.pathRequest, (parts, input) => parts.workspace.mkdirs(input))],
  [
    'POST /workspace/import',
    WORKSPACE,
    route(workspace.importRequest, (parts, input) => parts.workspace.import(input)),
  ],
  [
    'POST /workspace/delete',
    WORKSPACE,
    route(workspace.deleteRequest, (parts, input) => parts.workspace.delete(input)),
  ],
  [
    'GET /workspace/get-status',
    WORKSPACE,
    route(workspace.pathRequest, (parts, input) => parts.workspace.getStatus(input)),
  ],
  ['GET /workspace/list', WORKSPACE, route(workspace.pathRequest, (parts, input) => parts.workspace.list(input))],
  ['GET /workspace/export', WORKSPACE, route(workspace.exportRequest, (parts, input) => parts.workspace.export(input))],
  [
    'POST /instance-profiles/add',
    WORKSPACE,
    route(profiles.addRequest, (parts, input) => {
      parts.offers.refuseOthersThanAdmins('register instance profiles');
      return parts.profiles.add(input);
    }),
  ],
  ['GET /instance-profiles/list', WORKSPACE, route(profiles.listRequest, (parts) => parts.profiles.list())],
  [
    'POST /instance-profiles/remove',
    WORKSPACE,
    route(profiles.removeRequest, (parts, input) => parts.profiles.remove(input)),
  ],
  ['GET /preview/scim/v2/Me', WORKSPACE, route(offers.meRequest, (parts) => parts.offers.me())],
  [
    'GET /clusters/spark-versions',
    CLUSTERS,
    route(offers.sparkVersionsRequest, (parts) => parts.offers.sparkVersions()),
  ],
  ['GET /clusters/list-node-types', CLUSTERS, route(offers.nodeTypesRequest, (parts) => parts.offers.nodeTypes())],
  [
    'GET /unity-catalog/external-locations',
    UNITY,
    route(catalogs.listRequest, (parts) => parts.catalogs.externalLocations()),
  ],
  [
    'GET /unity-catalog/catalogs/*',
    UNITY,
    route(catalogs.catalogRequest, (parts, input) => parts.catalogs.catalog(input)),
  ],
  [
    'GET /unity-catalog/effective-permissions/*',
    UNITY,
    route(catalogs.permissionsRequest, (parts, input) => parts.catalogs.permissions(input)),
  ],
];

/** The route for a call, with the API version it named; undefined when no such call exists. */
export function routeFor(method: string, path: string): { route: Route; version: string } | undefined {
  const found = /^\/api\/(\d+\.\d+)(\/.+)$/.exec(path);
  const [, version = '', operation = ''] = found ?? [];
  const asked = `${method} ${operation}`;
  const entry = TABLE.find(
    ([name, versions]) =>
      versions.includes(version) && (name.endsWith('/*') ? asked.startsWith(name.slice(0, -1)) : name === asked),
  );
  if (entry === undefined) return undefined;
  const [name, , act] = entry;
  if (!name.endsWith('/*')) return { route: act, version };
  const rest = decodeURIComponent(asked.slice(name.length - 1));
  return { route: (parts, input, as) => act(parts, { ...(input as object), rest }, as), version };
}

/** Checks the input against its schema, then does the work. */
function route<S extends z.ZodType>(
  schema: S,
  act: (parts: Parts, input: z.output<S>, version: string) => object,
): Route {
  return (parts, input, version) => {
    const checked = schema.safeParse(input);
    if (!checked.success) throw malformedRequest(checked.error.issues.map(sentence).join('; '));
    return act(parts, checked.data, version);
  };
}

function sentence(issue: z.core.$ZodIssue): string {
  return `${issue.path.length === 0 ? 'request' : issue.path.join('.')}: ${issue.message}`;
}
