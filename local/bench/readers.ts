import type { Outputs } from '@pipeline/emulator';
import type { Change, Live, Snapshot } from '../serving/contract';

/** Follows a runtime's events as a browser does: tells what an open page shows after each of them. */
export async function follow(
  viewsUrl: string,
  onLive: (live: Live) => void,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> }> {
  const response = await fetch(new URL('events', viewsUrl), { signal });
  let live: Live | undefined;
  let begun: () => void;
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const read = async () => {
    let text = '';
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
        if (name === 'snapshot') live = (JSON.parse(data!) as Snapshot).live;
        else if (name === 'change' && live) live = { ...live, ...(JSON.parse(data!) as Change).changed };
        else continue;
        onLive(live!);
        begun();
      }
    }
  };
  const ended = read().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  await Promise.race([first, ended]);
  return { ended };
}

/** Three browsers, each with a page of its own: the Overview, an answer, and the tail of a stream. What they ask for is what the pages ask for. */
export async function openConsoles({ viewsUrl, streams }: Outputs): Promise<() => Promise<void>> {
  const stop = new AbortController();
  const root = viewsUrl!;
  const opened = await Promise.all([
    follow(root, () => {}, stop.signal),
    asking(root, 'views/top_category_by_year?layer=speed', ({ layers }) => layers.speed.version, stop.signal),
    asking(root, `logs/${streams.pin}/0?limit=50`, ({ ends }) => ends[streams.pin]?.[0], stop.signal),
  ]);
  return async () => {
    stop.abort();
    await Promise.all(opened.map(({ ended }) => ended));
  };
}

/** Between two questions for the same: as the pages pause. */
const PAUSE_MS = 500;

/** Asks again whenever what it shows has moved, one question at a time. */
function asking(root: string, path: string, versionOf: (live: Live) => unknown, signal: AbortSignal) {
  let shown: unknown;
  let wanted: unknown;
  let isAsking = false;
  const ask = async () => {
    isAsking = true;
    while (wanted !== shown && !signal.aborted) {
      shown = wanted;
      await fetch(new URL(path, root), { signal }).then((response) => response.text());
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    isAsking = false;
  };
  const onLive = (live: Live) => {
    wanted = versionOf(live);
    if (isAsking) return;
    ask().catch(() => {
      isAsking = false;
    });
  };
  return follow(root, onLive, signal);
}
