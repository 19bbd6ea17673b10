import type { Snapshot } from '@pipeline/local/serving/contract';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { Refused, StillComputing } from './api';
import { type FeedMessage, LiveFeed } from './live-feed';
import { applied } from './series';

/** What a part of a page shows: the style of the house asks for all four. */
export type Panel<T> =
  | { readonly state: 'loading'; readonly computing?: { readonly what: string; readonly sinceMs: number } }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'live'; readonly data: T; readonly at: Date }
  | { readonly state: 'stale'; readonly data: T; readonly at: Date; readonly reason: string };

/** A value that changes, and whoever draws it. */
class Store<T> {
  private readonly readers = new Set<() => void>();
  constructor(public value: T) {}

  set(value: T): void {
    this.value = value;
    for (const reader of this.readers) reader();
  }

  subscribe(reader: () => void): () => void {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  }
}

const live = new Store<Panel<Snapshot>>({ state: 'loading' });
/** Grows whenever the connection to the runtime is there anew: what was asked before is asked again. */
const reconnected = new Store(0);
/** The runtime's clock less this browser's, in ms. */
let clockAhead = 0;

function take(message: FeedMessage): void {
  const before = live.value;
  if (message.kind === 'lost') {
    const reason = message.stopped
      ? 'The pipeline was stopped. Start it again with npm start; this page goes on by itself.'
      : 'The pipeline does not answer. This page goes on by itself when it does.';
    if (before.state === 'live' || before.state === 'stale') live.set({ ...before, state: 'stale', reason });
    else live.set({ state: 'failed', reason });
    return;
  }
  if (message.kind === 'beat') {
    clockAhead = message.nowMs - Date.now();
    if (before.state === 'live') live.set({ ...before, at: new Date() });
    return;
  }
  if (message.kind === 'snapshot') {
    clockAhead = message.snapshot.nowMs - Date.now();
    live.set({ state: 'live', data: message.snapshot, at: new Date() });
    if (before.state !== 'live') reconnected.set(reconnected.value + 1);
  } else if (before.state === 'live') {
    clockAhead = message.change.nowMs - Date.now();
    live.set({ state: 'live', data: applied(before.data, message.change), at: new Date() });
  }
}

/** Follows the runtime, by a worker that all tabs share where there is one; a hidden tab listens to nothing. */
export function followRuntime(workerAddress: string): void {
  let show: () => void;
  let hide: () => void;
  if (typeof SharedWorker === 'function') {
    const { port } = new SharedWorker(workerAddress, { name: 'pipeline events' });
    port.onmessage = ({ data }: MessageEvent<FeedMessage>) => take(data);
    show = () => port.postMessage('show');
    hide = () => port.postMessage('hide');
  } else {
    const feed = new LiveFeed();
    let leave: (() => void) | undefined;
    show = () => {
      leave ??= feed.join(take);
    };
    hide = () => {
      leave?.();
      leave = undefined;
    };
  }
  const follow = () => (document.visibilityState === 'visible' ? show() : hide());
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', hide);
  addEventListener('pageshow', follow);
  follow();
}

/** Milliseconds since 1970 by the runtime's clock. */
export const runtimeNow = (): number => Date.now() + clockAhead;

function useStore<T>(store: Store<T>): T {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  useEffect(() => store.subscribe(() => redraw(undefined)), [store]);
  return store.value;
}

export const useLive = (): Panel<Snapshot> => useStore(live);

/** Draws again every `everyMs`, for ages that grow. */
export function useClock(everyMs = 1000): number {
  const [nowMs, setNow] = useState(runtimeNow);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setNow(runtimeNow());
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

/**
 * What `load` gives, asked anew for another `key`, and again for the same key whenever `version` changes or the runtime is back. A failure
 * keeps what is there and says how old it is.
 */
export function usePanel<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  version: unknown = 0,
): Panel<T> & { readonly again: () => void } {
  useStore(reconnected);
  const [shown, setShown] = useState<{ key: string; panel: Panel<T> }>({ key, panel: { state: 'loading' } });
  const [times, again] = useReducer((before: number) => before + 1, 0);
  const refresh = useRef<() => void>(() => {});
  const loaded = useRef(version);
  const epoch = reconnected.value;
  // Made anew on every drawing, with what is known then: the next asking is by the newest.
  const newest = useRef(load);
  newest.current = load;
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLoading = false;
    let isWanted = false;
    const run = async () => {
      isWanted = isLoading;
      if (isLoading) return;
      isLoading = true;
      try {
        const data = await newest.current(controller.signal);
        if (!controller.signal.aborted) setShown({ key, panel: { state: 'live', data, at: new Date() } });
      } catch (error) {
        if (error instanceof StillComputing) isWanted = true;
        if (!controller.signal.aborted)
          setShown((before) => ({ key, panel: failed(before.key === key ? before.panel : undefined, error as Error) }));
      }
      isLoading = false;
      // What changed meanwhile is asked for once, and not at once: a busy pipeline has better things to do.
      if (isWanted && !controller.signal.aborted) timer = setTimeout(run, PAUSE_MS);
    };
    refresh.current = () => void run();
    loaded.current = version;
    void run();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [key, times, epoch]);
  useEffect(() => {
    if (loaded.current === version) return;
    loaded.current = version;
    refresh.current();
  }, [version]);
  const panel: Panel<T> = shown.key === key ? shown.panel : { state: 'loading' };
  return { ...panel, again: () => again(undefined) };
}

const PAUSE_MS = 500;

/** An answer that says no is about what was asked for, and old numbers beside it would be somebody else's; any other failure keeps them. */
function failed<T>(before: Panel<T> | undefined, error: Error): Panel<T> {
  if (error instanceof StillComputing)
    return before && 'data' in before ? before : { state: 'loading', computing: error };
  if (!(error instanceof Refused) && (before?.state === 'live' || before?.state === 'stale'))
    return { ...before, state: 'stale', reason: error.message };
  return { state: 'failed', reason: error.message };
}
