import { Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useAbout } from '../about';
import { go } from '../router';
import { pagesOf } from './page-views';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Keys that work on every page, and the list of them. */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  const about = useAbout();
  const shown = pagesOf(about);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') dialog.current?.showModal();
      else if (event.key === '/') searchField()?.focus();
      else if (/^[1-9]$/.test(event.key) && shown[Number(event.key) - 1]) go(shown[Number(event.key) - 1]!.path);
      else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveInList(event);
      else return;
      if (event.key === '/' || event.key === '?') event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [about]);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl>
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>search</dd>
        <dt>
          <kbd>↑</kbd> <kbd>↓</kbd>
        </dt>
        <dd>move in a list</dd>
        {shown.map(({ path, name }, at) => (
          <Fragment key={path}>
            <dt>
              <kbd>{at + 1}</kbd>
            </dt>
            <dd>{name}</dd>
          </Fragment>
        ))}
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>this list</dd>
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

/** The page's own, where it has one; one selector for both would find the header's first. */
const searchField = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('main [data-search]') ?? document.querySelector<HTMLElement>('[data-search]');

/** From one item of a list that is marked as one to the next. */
function moveInList(event: KeyboardEvent): void {
  const item = document.activeElement?.closest('[data-item]');
  const list = item?.closest('[data-list]');
  if (!item || !list) return;
  const items = [...list.querySelectorAll<HTMLElement>('[data-item]')];
  const next = items[items.indexOf(item as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
