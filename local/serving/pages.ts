import type { HttpResponse } from '../wire/http';
import { PAGES } from './contract';

/** The console as a browser takes it. */
export interface ConsoleFiles {
  /** The one HTML page, which the address of every page answers. */
  readonly page: string;
  /** Its scripts, styles and icon by path. A path changes with what is in it. */
  readonly files: ReadonlyMap<string, { readonly type: string; readonly body: Buffer }>;
}

/** Nothing but our own scripts, styles and data; records that hold markup cannot make the page do anything. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SAFE = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

/** Whether a path is a page's, provided that no endpoint has it. */
export function isPage(path: string): boolean {
  return PAGES.some((page) => path === page || (page !== '/' && path.startsWith(`${page}/`)));
}

/** The page itself: its address says what it shows. */
export function pageResponse({ page }: ConsoleFiles): HttpResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': POLICY,
      ...SAFE,
    },
    body: page,
  };
}

/** A script, style or icon of the page; undefined when there is no such file. */
export function consoleFile({ files }: ConsoleFiles, path: string): HttpResponse | undefined {
  const file = files.get(path);
  return (
    file && {
      status: 200,
      headers: { 'content-type': file.type, 'cache-control': 'public, max-age=31536000, immutable', ...SAFE },
      body: file.body,
    }
  );
}
