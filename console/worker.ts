import { LiveFeed } from './live-feed';

/** Shared by all tabs of a browser, so that they need one connection together: a browser opens six to a host at most. */
const feed = new LiveFeed();

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports: [port] }) => {
  let leave: (() => void) | undefined;
  port!.onmessage = ({ data }: MessageEvent<'show' | 'hide'>) => {
    leave?.();
    leave = data === 'show' ? feed.join((message) => port!.postMessage(message)) : undefined;
  };
};
