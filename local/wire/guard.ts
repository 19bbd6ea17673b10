import type { IncomingHttpHeaders } from 'node:http';

/** Status and message for a request that is refused before its body is read. */
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
  /** Other origins than the listener's whose pages may write to a path; `*` is any. */
  readonly allowedOrigins: (path: string) => readonly string[];
  /** Whether a page of another origin may not read, either. */
  readonly refusesForeignReads: boolean;
}

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?$/i;

/**
 * Lets a request through if it names one loopback host, once, and is not a write from a page of another origin.
 *
 * This stops attacks by a foreign page in the user's browser (DNS rebinding, forged writes). A request with two hosts is refused because one
 * reader would use the first host and another reader the second.
 */
export function guard(head: RequestHead, { allowedOrigins, refusesForeignReads }: GuardOptions): Target | Refusal {
  const hosts = hostsOf(head);
  if (hosts.length > 1) return { status: 400, message: 'the request has more than one Host header' };
  const { authority, target } = targetOf(head.url ?? '/');
  if (authority !== undefined && !LOOPBACK_HOST.test(authority))
    return { status: 400, message: 'the request target must name a loopback address' };
  const host = hosts[0] ?? '';
  if (!LOOPBACK_HOST.test(host)) return { status: 403, message: 'the Host header must name a loopback address' };
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

/** Every host that the request names in a header, HTTP/2's `:authority` among them; the same host in both counts once. */
function hostsOf({ headers, rawHeaders }: RequestHead): string[] {
  const named: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]!.length === 4 && rawHeaders[at]!.toLowerCase() === 'host') named.push(rawHeaders[at + 1]!);
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

/** Whether an origin is the listener's own, under any of its loopback names. */
function isOwn(origin: string, host: string): boolean {
  if (!origin.startsWith('http://')) return false;
  const theirs = LOOPBACK_HOST.exec(origin.slice('http://'.length));
  return theirs !== null && (theirs[1] ?? '80') === (LOOPBACK_HOST.exec(host)?.[1] ?? '80');
}
