import { useAbout } from '../about';
import { addressOfPage, go, type Place } from '../router';
import { pagesOf } from './page-views';

export function Header({ place }: { place: Place }) {
  const about = useAbout();
  const pages = pagesOf(about);
  return (
    <header class="top">
      <a class="brand" href="/">
        Pipeline <span class="env">{about.env}</span>
      </a>
      <nav aria-label="Pages">
        {pages.map(({ path, name }) => (
          <a key={path} href={path} aria-current={path === place.page ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      {pages.some(({ path }) => path === '/post') && <PostSearch />}
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
