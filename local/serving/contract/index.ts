/**
 * What a running pipeline answers over HTTP, once: the server makes its routes of `ENDPOINTS`, the console its client, the docs their table.
 * It is made of types and plain data alone, so that a page can hold it.
 */
import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { About, EnvironmentNow } from './about';
import type { ExpectedAnswer, ViewAbout, ViewAnswer, ViewLayer, ViewListing, ViewResult } from './answers';
import type { RouteAbout, TryRequest, TryResult } from './api';
import type { Dictionary } from './dictionary';
import type { Judgement } from './judgement';
import type { Run, Snapshot, Trouble } from './live';
import type { QuarantinePage, QuarantineReason, Replayed, ReplayLine } from './quarantine';
import type { FileLines, FilePage, LogAbout, RecordDetail, RecordPage, RequestEntry } from './records';
import type { AnswersWithout, Trace } from './trace';

export type * from './about';
export type * from './answers';
export * from './api';
export type * from './dictionary';
export type * from './judgement';
export * from './live';
export type * from './quarantine';
export type * from './records';
export * from './trace';

/** Every endpoint by name: the variables of its path, its query, the body it takes, and what it answers with 200. */
export interface Endpoints {
  about: Get<None, None, About>;
  environment: Get<None, None, EnvironmentNow>;
  health: Get<None, None, Health>;
  live: Get<None, None, Snapshot>;
  counts: Get<None, None, unknown>;
  views: Get<None, None, readonly ViewListing[]>;
  view: Get<{ view: string }, { layer?: ViewLayer; format?: 'json' | 'csv'; within?: string }, ViewAnswer>;
  viewAbout: Get<{ view: string }, None, ViewAbout>;
  viewExpected: Get<{ view: string }, { layer?: ViewLayer; within?: string }, ExpectedAnswer>;
  judgement: Get<None, { seed?: string; posts?: string; hardMode?: 'true' | 'false' }, Judgement>;
  logs: Get<None, None, readonly LogAbout[]>;
  records: Get<
    { log: string; partition: string },
    { from?: string; at?: string; key?: string; before?: string; limit?: string },
    RecordPage
  >;
  record: Get<{ log: string; partition: string; offset: string }, { within?: string }, RecordDetail>;
  recordValue: Get<{ log: string; partition: string; offset: string }, None, string>;
  files: Get<None, { log?: string; from?: string; limit?: string }, FilePage>;
  fileLines: Get<None, { file: string; from?: string; limit?: string }, FileLines>;
  closeFiles: Post<undefined, Closed>;
  requests: Get<None, { limit?: string; before?: string }, readonly RequestEntry[]>;
  trace: Get<{ key: string }, None, Trace>;
  traceWithout: Get<{ key: string }, { within?: string }, AnswersWithout>;
  quarantineReasons: Get<None, None, readonly QuarantineReason[]>;
  quarantineRecords: Get<
    None,
    { layer?: Layer; dataset?: Dataset; reason?: string; before?: string; limit?: string },
    QuarantinePage
  >;
  quarantine: Get<{ dataset: string }, { layer?: Layer; limit?: string }, ViewResult>;
  replayLine: Post<ReplayLine, readonly Replayed[]>;
  routes: Get<None, None, readonly RouteAbout[]>;
  tryRoute: Post<TryRequest, TryResult>;
  dictionary: Get<None, None, Dictionary>;
  flush: Post<undefined, unknown>;
  rebuild: Post<undefined, unknown>;
  stop: Post<undefined, { readonly stopping: true }>;
}

type None = Record<never, never>;

interface Get<Params, Query, Answer> {
  readonly method: 'GET';
  readonly params: Params;
  readonly query: Query;
  readonly body: undefined;
  readonly answer: Answer;
}

interface Post<Body, Answer> {
  readonly method: 'POST';
  readonly params: None;
  readonly query: None;
  readonly body: Body;
  readonly answer: Answer;
}

export type EndpointName = keyof Endpoints;

/** `GET /health`: whether the process serves, and what is wrong with what it serves. */
export interface Health {
  readonly status: 'ok';
  readonly env: string;
  readonly userId: string;
  readonly stage: string;
  readonly dataFolder: string;
  readonly uptimeSeconds: number;
  /** Where it runs, on a laptop: its data folder, and where each of its parts answers. */
  readonly here?: { readonly folder: string; readonly addresses: Run['addresses'] };
  readonly troubles: readonly Trouble[];
}

/** `POST /files/close`: files that were open and are closed now, and taken in by the batch layer. */
export interface Closed {
  readonly files: readonly { readonly log: string; readonly partition: number; readonly records: number }[];
}

/**
 * The answer 202: what is asked for goes through whole tables, and is not there within the `within` ms that whoever asks wants to wait. It
 * goes on; whoever asks again gets it when it is there.
 */
export interface BeingComputed {
  readonly computing: string;
  readonly sinceMs: number;
}

/** Any answer that is neither 200 nor 202. */
export interface Problem {
  readonly message: string;
}

export interface Endpoint<Name extends EndpointName = EndpointName> {
  readonly name: Name;
  readonly method: Endpoints[Name]['method'];
  /** In template form; a value stands percent-encoded in its place. */
  readonly path: string;
  readonly query: readonly string[];
  /** One line for the docs. */
  readonly about: string;
}

/** In the order of the docs. Of two that fit a path, the one without a variable there counts. */
export const ENDPOINTS: readonly Endpoint[] = [
  get('about', '/about', [], 'which pipeline this is, and which of these endpoints it has'),
  get('environment', '/environment', [], 'a deployed one as it is seen from outside; from `npm run console` alone'),
  get('health', '/health', [], 'whether it serves, for which environment, and what is wrong now'),
  get(
    'live',
    '/live',
    [],
    'everything the Overview shows, once: hops, latency, layers, verdict, troubles, 300 s of rates',
  ),
  get('counts', '/counts', [], 'records at each stage, by layer and dataset'),
  get('views', '/views', [], 'every question, in words'),
  get(
    'view',
    '/views/{view}',
    ['layer', 'format', 'within'],
    'the answer of one layer, with what it rests on and its age; also as CSV',
  ),
  get('viewAbout', '/views/{view}/about', [], 'a question with its SQL and the columns it reads'),
  get(
    'viewExpected',
    '/views/{view}/expected',
    ['layer', 'within'],
    'the right answer for what has arrived, where the source is known',
  ),
  get(
    'judgement',
    '/judgement',
    ['seed', 'posts', 'hardMode'],
    'every answer judged by what arrived of a known source, and which records are not its own',
  ),
  get('logs', '/logs', [], 'topics and streams with their partitions'),
  get(
    'records',
    '/logs/{log}/{partition}',
    ['from', 'at', 'key', 'before', 'limit'],
    'records from an offset, a time in ms, or of a key',
  ),
  get(
    'record',
    '/logs/{log}/{partition}/{offset}',
    ['within'],
    'one record as sent, stored, filed and cleaned, rule by rule',
  ),
  get('recordValue', '/logs/{log}/{partition}/{offset}/value', [], 'its bytes, whole, as a download'),
  get('files', '/files', ['log', 'from', 'limit'], 'closed files of the lake, newest first'),
  get('fileLines', '/files/lines', ['file', 'from', 'limit'], 'lines of one file'),
  post('closeFiles', '/files/close', 'closes the open files now; the batch layer takes them in'),
  get('requests', '/requests', ['limit', 'before'], 'the last 10,000 requests to the API, without bodies'),
  get('trace', '/trace/{key}', [], 'everything that happened to one post'),
  get('traceWithout', '/trace/{key}/without', ['within'], 'which answers change when a post is left out'),
  get('quarantineReasons', '/quarantine/reasons', [], 'reasons with their words and how many records each holds'),
  get(
    'quarantineRecords',
    '/quarantine/records',
    ['layer', 'dataset', 'reason', 'before', 'limit'],
    'quarantined records, newest first',
  ),
  get(
    'quarantine',
    '/quarantine/{dataset}',
    ['layer', 'limit'],
    'the newest quarantined records of one dataset, as a table',
  ),
  post('replayLine', '/quarantine/replay', 'sends one corrected line through the API'),
  get('routes', '/routes', [], 'the API as the template declares it: routes, checks, mapping templates'),
  post('tryRoute', '/routes/try', 'one request step by step, also with edited templates'),
  get('dictionary', '/fields', [], 'from fields through rules and columns to questions'),
  post('flush', '/flush', 'closes files and waits until both layers have read to the end'),
  post('rebuild', '/rebuild', 'reads the SQL again and cleans the datasets anew whose rules have changed'),
  post('stop', '/stop', 'ends the runtime, as Ctrl-C does; `npm run stop` asks for it'),
];

/** Where the events are; a reader of Server-Sent Events follows them (`Events`). */
export const EVENTS_PATH = '/events';

/** Paths of pages. A path that begins with one and a `/` is a page, too, unless an endpoint has it. */
export const PAGES = ['/', '/answers', '/records', '/post', '/quarantine', '/api', '/dictionary'] as const;
export type PagePath = (typeof PAGES)[number];

function get<Name extends EndpointName>(name: Name, path: string, query: readonly string[], about: string): Endpoint {
  return { name, method: 'GET', path, query, about };
}

function post<Name extends EndpointName>(name: Name, path: string, about: string): Endpoint {
  return { name, method: 'POST', path, query: [], about };
}
