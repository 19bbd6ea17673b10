import type { Trouble } from '../serving/contract';

/** What a trouble tells besides its name and since when. */
export interface TroubleWords extends Partial<Pick<Trouble, 'level' | 'page'>> {
  /** What is wrong, in one sentence. */
  readonly what: string;
  /** What to do about it; a command stands in backticks. */
  readonly remedy: string;
}

/** What is wrong with the running pipeline now. `GET /health` and the console show it; whoever notices a fault raises it and clears it. */
export class Health {
  private readonly troubles = new Map<string, Trouble>();
  private readonly listeners = new Set<() => void>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Notes a trouble. Raised again, it keeps the moment it began and takes the new words. @param id stable name of the kind, e.g. `sink-stopped` */
  raise(id: string, { level = 'wrong', ...words }: TroubleWords): void {
    const before = this.troubles.get(id);
    const trouble: Trouble = { id, level, ...words, sinceMs: before?.sinceMs ?? this.now() };
    if (JSON.stringify(before) === JSON.stringify(trouble)) return;
    this.troubles.set(id, trouble);
    this.tell();
  }

  /** The trouble is over; harmless when there was none. */
  clear(id: string): void {
    if (this.troubles.delete(id)) this.tell();
  }

  /** Everything that is wrong now: what is wrong before what waits and what is only noted, then the oldest first. */
  list(): readonly Trouble[] {
    const rank = { wrong: 0, waiting: 1, note: 2 };
    return [...this.troubles.values()].sort((a, b) => rank[a.level] - rank[b.level] || a.sinceMs - b.sinceMs);
  }

  /** Calls back after each change; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
