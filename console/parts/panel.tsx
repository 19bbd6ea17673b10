import type { ComponentChildren } from 'preact';
import { exact, span } from '../format';
import { type Panel, useClock } from '../store';

interface PanelProps<T> {
  readonly panel: Panel<T> & { readonly again?: () => void };
  readonly children: (data: T) => ComponentChildren;
  /** Lines to keep free while nothing is there, so that nothing moves when it comes. @default 3 */
  readonly lines?: number;
}

/** Draws what is there in each of the four states. */
export function PanelView<T>({ panel, children, lines = 3 }: PanelProps<T>) {
  if (panel.state === 'loading')
    return (
      <div class={`empty lines-${Math.min(lines, 12)}`} aria-busy="true">
        {panel.computing ? <Computing {...panel.computing} /> : <p>Reading …</p>}
      </div>
    );
  if (panel.state === 'failed')
    return (
      <div class="banner wrong" role="alert">
        <p>{panel.reason}</p>
        {panel.again && (
          <button type="button" onClick={panel.again}>
            Try again
          </button>
        )}
      </div>
    );
  return (
    <>
      {panel.state === 'stale' && <Old at={panel.at} reason={panel.reason} />}
      <div class={panel.state === 'stale' ? 'old' : undefined}>{children(panel.data)}</div>
    </>
  );
}

function Computing({ what, sinceMs }: { what: string; sinceMs: number }) {
  const nowMs = useClock();
  return (
    <p>
      Computing {what} for {span(nowMs - sinceMs)}. This page shows it when it is there.
    </p>
  );
}

function Old({ at, reason }: { at: Date; reason: string }) {
  useClock();
  return (
    <p class="note wrong" title={exact(at.getTime())}>
      From {span(Date.now() - at.getTime())} ago. {reason}
    </p>
  );
}
