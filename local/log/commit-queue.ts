/** One write: `put` fills the transaction, `apply` runs after the commit, `undo` runs when the commit fails. */
export interface Write {
  /** About how many bytes the write takes. @default 0 */
  readonly size?: number;
  readonly put: () => void;
  readonly apply?: () => void;
  readonly undo?: () => void;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly size: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Makes one write of a group of items. `refuse` rejects one item before the commit; the others go on. */
export type Prepare<Item> = (items: readonly Item[], refuse: (item: Item, error: unknown) => void) => Write;

/**
 * Commits in groups, one at a time: what arrives while a commit is under way goes into the next. If a commit fails, everything in its
 * group is rejected and not stored; later groups get the same offsets, so offsets have no gaps.
 */
export class CommitQueue<Item> {
  private readonly prepare: Prepare<Item>;
  private readonly commit: (write: Write) => Promise<void>;
  private readonly maxGroupBytes: number;
  private waiting: Waiting<Item>[] = [];
  private running: Promise<void> | undefined;

  constructor(prepare: Prepare<Item>, commit: (write: Write) => Promise<void>, maxGroupBytes: number) {
    this.prepare = prepare;
    this.commit = commit;
    this.maxGroupBytes = maxGroupBytes;
  }

  /** Resolves when `item` is committed. `size` is about how many bytes it will take; `Infinity` commits it alone. */
  add(item: Item, size: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, size, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when the queue is empty. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async run(): Promise<void> {
    // Requests that arrived in the same turn of the event loop share the first commit.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) await this.commitGroup(this.takeGroup());
    this.running = undefined;
  }

  private takeGroup(): Waiting<Item>[] {
    let bytes = 0;
    let count = 0;
    for (const { size } of this.waiting) {
      bytes += size;
      if (count > 0 && bytes > this.maxGroupBytes) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async commitGroup(group: readonly Waiting<Item>[]): Promise<void> {
    const refused = new Map<Item, unknown>();
    let write: Write | undefined;
    try {
      const items = group.map(({ item }) => item);
      write = this.prepare(items, (item, error) => refused.set(item, error));
      if (refused.size < group.length) await this.commit(write);
    } catch (error) {
      write?.undo?.();
      for (const { item, reject } of group) reject(refused.get(item) ?? error);
      return;
    }
    write.apply?.();
    for (const { item, resolve, reject } of group) {
      if (refused.has(item)) reject(refused.get(item));
      else resolve();
    }
  }
}
