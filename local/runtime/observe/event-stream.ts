import { Readable } from 'node:stream';
import type { Events } from '../../serving/contract';

/** Bytes that may wait for one reader before changes are kept from it. */
const MOST_WAITING = 256 * 1024;

/** One event as a stream of Server-Sent Events has it. */
export function eventText<Name extends keyof Events>(name: Name, data: Events[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * The events for one reader. When more waits for it than fits, it gets no changes until it has read what there is, and then one
 * snapshot in their place.
 */
export class EventStream extends Readable {
  private readonly snapshot: () => string;
  private isBehind = false;

  constructor(snapshot: () => string) {
    super({ highWaterMark: 1, encoding: 'utf8' });
    this.snapshot = snapshot;
    // A browser that lost the connection asks again after so many ms.
    this.push(`retry: 1000\n\n${snapshot()}`);
  }

  offer(text: string): void {
    if (this.destroyed) return;
    if (this.readableLength > MOST_WAITING) this.isBehind = true;
    else if (!this.isBehind) this.push(text);
    else if (this.readableLength === 0) {
      this.isBehind = false;
      this.push(this.snapshot());
    }
  }

  /** Ends the stream with one last event. */
  finish(text: string): void {
    if (this.destroyed) return;
    this.push(text);
    this.push(null);
  }

  override _read(): void {}
}
