/** How long a line that was said is not said again. */
const QUIET_MS = 60_000;

/** Passes lines on, each at most once a minute: a full disk is one trouble, however many requests meet it. */
export function withoutRepeats(say: (line: string) => void, now: () => number = Date.now): (line: string) => void {
  const saidAtMs = new Map<string, number>();
  return (line) => {
    const nowMs = now();
    for (const [said, atMs] of saidAtMs) if (nowMs - atMs >= QUIET_MS) saidAtMs.delete(said);
    if (saidAtMs.has(line)) return;
    saidAtMs.set(line, nowMs);
    say(line);
  };
}
