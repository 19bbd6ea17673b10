import { PAGES } from '@pipeline/local/serving/contract';
import { addressOfPage, go, type Place } from '../router';
import { useLive } from '../store';
import { PAGE_VIEWS } from './app';

export function Header({ place }: { place: Place }) {
  const live = useLive();
  const run = 'data' in live ? live.data.live.run : undefined;
  return (
    <header class="top">
      <a class="brand" href="/">
        Pipeline <span class="env">{run?.env ?? ' '}</span>
      </a>
      <nav aria-label="Pages">
        {PAGES.map((page) => {
          const view = PAGE_VIEWS[page];
          return (
            view && (
              <a key={page} href={page} aria-current={page === place.page ? 'page' : undefined}>
                {view.name}
              </a>
            )
          );
        })}
      </nav>
      {PAGE_VIEWS['/post'] && <PostSearch />}
    </header>
  );
}

/** Takes a post's key to its page. */
function PostSearch() {
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          const input = event.currentTarget.elements.namedItem('key') as HTMLInputElement;
          const key = input.value.trim();
          if (key !== '') go(addressOfPage('/post', [key]));
          input.value = '';
        }}
      >
        <input
          name="key"
          aria-label="Key of a post"
          placeholder="Key of a post"
          autocomplete="off"
          inputMode="numeric"
          data-search
        />
        <button type="submit">Follow</button>
      </form>
    </search>
  );
}
