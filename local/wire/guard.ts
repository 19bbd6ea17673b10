import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is refused before anybody has read its body. */
export interface Refusal {
  readonly status: 400 | 403 | 413 | 500;
  readonly message: string;
}

/** A request's head, as HTTP/1.1 and HTTP/2 give it. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
}

/** Where a request goes: raw path and query string. */
export interface Target {
  readonly path: string;
  readonly query: string;
}

export interface GuardOptions {
  /** Origins besides the listener's own whose pages may write, for a request of that path; `*` is any. */
  readonly allowedOrigins: (path: string) => readonly string[];
  /** Whether a page of another origin may not even read. */
  readonly refusesForeignReads: boolean;
}

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?$/i;

/**
 * Lets through what was meant for this machine: one loopback name, said once, and no page of another origin that writes.
 *
 * It refuses what a browser could be tricked into (DNS rebinding, forged writes), and a request that names two hosts, of which one reader
 * would believe the first and another the second.
 */
export function guard(head: RequestHead, { allowedOrigins, refusesForeignReads }: GuardOptions): Target | Refusal {
  const hosts = hostsOf(head);
  if (hosts.length > 1) return { status: 400, message: 'the request has more than one Host header' };
  const { authority, target } = targetOf(head.url ?? '/');
  if (authority !== undefined && !LOOPBACK_HOST.test(authority))
    return { status: 400, message: 'the request target names no loopback address' };
  const host = hosts[0] ?? '';
  if (!LOOPBACK_HOST.test(host)) return { status: 403, message: 'the Host header names no loopback address' };
  const { origin } = head.headers;
  const reads = head.method === 'GET' || head.method === 'HEAD' || head.method === 'OPTIONS';
  if (origin === undefined || (reads && !refusesForeignReads) || isOwn(origin, host)) return target;
  const allowed = allowedOrigins(target.path);
  if (allowed.includes(origin) || allowed.includes('*')) return target;
  const page = `a page of ${JSON.stringify(origin)}`;
  const message = refusesForeignReads
    ? `${page} may not call this endpoint`
    : `${page} may not write here; allow it by corsOrigins in the environment's file`;
  return { status: 403, message };
}

/** Every host that the request names in a header, HTTP/2's `:authority` among them; one that is repeated alike there counts once. */
function hostsOf({ headers, rawHeaders }: RequestHead): string[] {
  const named = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'host');
  const authority = headers[':authority'];
  return typeof authority === 'string' ? [authority, ...named.filter((host) => host !== authority)] : named;
}

function targetOf(url: string): { readonly authority: string | undefined; readonly target: Target } {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/is.exec(url);
  const rest = absolute ? absolute[2]! : url;
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  return {
    authority: absolute?.[1],
    target: { path: path === '' ? '/' : path, query: mark < 0 ? '' : rest.slice(mark + 1) },
  };
}

/** Whether an origin is the listener's own, under whichever of its loopback names. */
function isOwn(origin: string, host: string): boolean {
  if (!origin.startsWith('http://')) return false;
  const theirs = LOOPBACK_HOST.exec(origin.slice('http://'.length));
  return theirs !== null && (theirs[1] ?? '80') === (LOOPBACK_HOST.exec(host)?.[1] ?? '80');
}
