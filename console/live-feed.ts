import type { Change, Snapshot } from '@pipeline/local/serving/contract';
import { listen } from './api';
import { applied } from './series';

/** What a tab is told. `lost` comes once for every loss, `snapshot` when the connection is there again. */
export type FeedMessage =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'beat'; readonly nowMs: number }
  | { readonly kind: 'lost'; readonly stopped: boolean };

/** One connection to the runtime's events for all tabs; it is closed while no tab is open. */
export class LiveFeed {
  private readonly readers = new Set<(message: FeedMessage) => void>();
  private snapshot: Snapshot | undefined;
  private isLost = false;
  private stopped = false;
  private stop: (() => void) | undefined;

  /** Tells `reader` everything from now on, beginning with a snapshot. Returns the way to end it. */
  join(reader: (message: FeedMessage) => void): () => void {
    this.readers.add(reader);
    if (this.stop === undefined) this.start();
    else if (this.isLost) reader({ kind: 'lost', stopped: this.stopped });
    else if (this.snapshot) reader({ kind: 'snapshot', snapshot: this.snapshot });
    return () => {
      this.readers.delete(reader);
      if (this.readers.size > 0) return;
      this.stop?.();
      this.stop = undefined;
      this.snapshot = undefined;
    };
  }

  private start(): void {
    this.isLost = false;
    this.stop = listen({
      snapshot: (snapshot) => {
        this.snapshot = snapshot;
        this.isLost = false;
        this.stopped = false;
        this.tell({ kind: 'snapshot', snapshot });
      },
      change: (change) => {
        if (!this.snapshot) return;
        this.snapshot = applied(this.snapshot, change);
        this.tell({ kind: 'change', change });
      },
      heartbeat: ({ nowMs }) => this.tell({ kind: 'beat', nowMs }),
      bye: () => {
        this.stopped = true;
      },
      lost: () => {
        if (this.isLost) return;
        this.isLost = true;
        this.tell({ kind: 'lost', stopped: this.stopped });
      },
    });
  }

  private tell(message: FeedMessage): void {
    for (const reader of this.readers) reader(message);
  }
}
