import { PAGES, type PagePath } from '@pipeline/local/serving/contract';
import { useEffect, useReducer } from 'preact/hooks';

/** Where the page is. */
export interface Place {
  readonly page: PagePath | undefined;
  /** Segments of the path behind the page's, decoded. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads an address of ours. `page` is undefined for one that no page has. */
export function placeOf(pathname: string, search: string): Place {
  const [, first = '', ...rest] = pathname.split('/');
  const page = PAGES.find((candidate) => candidate === `/${first}`);
  return { page, rest: rest.filter((segment) => segment !== '').map(decoded), query: new URLSearchParams(search) };
}

/** Address of a page; empty values are left out of its query. */
export function addressOfPage(
  page: PagePath,
  rest: readonly (string | number)[] = [],
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const path = [page === '/' ? '' : page, ...rest.map((segment) => encodeURIComponent(segment))].join('/') || '/';
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return pairs.length === 0
    ? path
    : `${path}?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`;
}

/** Goes to another page. `replace` leaves no step for Back: for what is typed letter by letter. */
export function go(address: string, { replace = false } = {}): void {
  if (address === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  dispatchEvent(new Event('place'));
  if (!replace) scrollTo(0, 0);
}

/** Follows links between pages without loading anything anew. */
export function catchLinks(): void {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element).closest('a[href]');
    if (!link || link.hasAttribute('download') || link.hasAttribute('target')) return;
    const url = new URL(link.getAttribute('href')!, location.href);
    if (url.origin !== location.origin || link.getAttribute('href')!.startsWith('#')) return;
    if (link.hasAttribute('data-raw') || placeOf(url.pathname, url.search).page === undefined) return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
}

export function usePlace(): Place {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  useEffect(() => {
    const moved = () => redraw(undefined);
    addEventListener('place', moved);
    addEventListener('popstate', moved);
    return () => {
      removeEventListener('place', moved);
      removeEventListener('popstate', moved);
    };
  }, []);
  return placeOf(location.pathname, location.search);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
