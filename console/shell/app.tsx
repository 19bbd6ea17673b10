import type { PagePath } from '@pipeline/local/serving/contract';
import { useEffect, useRef } from 'preact/hooks';
import { useAbout } from '../about';
import { NotSeen } from '../parts/not-seen';
import { usePlace } from '../router';
import { Connection } from './connection';
import { Header } from './header';
import { Keys } from './keys';
import { nameOfPage, pagesOf } from './page-views';

export function App() {
  const place = usePlace();
  const main = useRef<HTMLElement>(null);
  const here = pagesOf(useAbout()).find(({ path }) => path === place.page);
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
        {here ? <here.View place={place} /> : <NotFound page={place.page} />}
      </main>
      <Keys />
    </>
  );
}

function NotFound({ page }: { page: PagePath | undefined }) {
  const about = useAbout();
  return (
    <>
      <h1 tabIndex={-1}>{page === undefined ? 'There is no such page' : `No ${nameOfPage(page)} for ${about.env}`}</h1>
      <p>These pages are here:</p>
      <ul>
        {pagesOf(about).map(({ path, name }) => (
          <li key={path}>
            <a href={path}>{name}</a>
          </li>
        ))}
      </ul>
      {page !== undefined && <NotSeen />}
    </>
  );
}
