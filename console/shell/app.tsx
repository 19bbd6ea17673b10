import { PAGES, type PagePath } from '@pipeline/local/serving/contract';
import type { FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { AnswersPage } from '../pages/answers';
import { ApiPage } from '../pages/api';
import { DictionaryPage } from '../pages/dictionary';
import { OverviewPage } from '../pages/overview';
import { PostPage } from '../pages/post';
import { QuarantinePage } from '../pages/quarantine';
import { RecordsPage } from '../pages/records';
import { type Place, usePlace } from '../router';
import { Connection } from './connection';
import { Header } from './header';
import { Keys } from './keys';

/** Every page: its name in the navigation, and what draws it. */
export const PAGE_VIEWS: Partial<
  Record<PagePath, { readonly name: string; readonly View: FunctionComponent<{ place: Place }> }>
> = {
  '/': { name: 'Overview', View: OverviewPage },
  '/answers': { name: 'Answers', View: AnswersPage },
  '/records': { name: 'Records', View: RecordsPage },
  '/post': { name: 'One post', View: PostPage },
  '/quarantine': { name: 'Quarantine', View: QuarantinePage },
  '/api': { name: 'API', View: ApiPage },
  '/dictionary': { name: 'Dictionary', View: DictionaryPage },
};

export function App() {
  const place = usePlace();
  const main = useRef<HTMLElement>(null);
  const here = place.page && PAGE_VIEWS[place.page];
  const address = [place.page, ...place.rest].join('/');
  const before = useRef(address);
  useEffect(() => {
    const heading = main.current?.querySelector('h1');
    document.title = `${heading?.textContent ?? here?.name ?? 'Not found'} · Pinterest data pipeline`;
    // Whoever cannot see that the page changed is told so by the focus.
    if (before.current !== address) heading?.focus();
    before.current = address;
  });
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header place={place} />
      <Connection />
      <main id="main" ref={main}>
        {here ? <here.View place={place} /> : <NotFound />}
      </main>
      <Keys />
    </>
  );
}

function NotFound() {
  return (
    <>
      <h1 tabIndex={-1}>There is no such page</h1>
      <p>These pages are here:</p>
      <ul>
        {PAGES.map((page) => {
          const view = PAGE_VIEWS[page];
          return (
            view && (
              <li key={page}>
                <a href={page}>{view.name}</a>
              </li>
            )
          );
        })}
      </ul>
    </>
  );
}
